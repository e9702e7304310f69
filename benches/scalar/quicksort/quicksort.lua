local floor = math.floor

local function random_ints(n)
  local a = {}
  local seed = 42
  for i = 1, n do
    seed = (seed * 1664525 + 1013904223) % 4294967296
    a[i] = seed % 1000003
  end
  return a
end

local function quicksort(a, lo, hi)
  local i, j = lo, hi
  local pivot = a[floor((lo + hi) / 2)]
  while i <= j do
    while a[i] < pivot do i = i + 1 end
    while a[j] > pivot do j = j - 1 end
    if i <= j then
      a[i], a[j] = a[j], a[i]
      i = i + 1
      j = j - 1
    end
  end
  if lo < j then quicksort(a, lo, j) end
  if i < hi then quicksort(a, i, hi) end
end

local function sorted_checksum(n)
  local a = random_ints(n)
  quicksort(a, 1, n)
  local s = 0
  for i = 1, n do s = s + a[i] * ((i - 1) % 7) end
  return s
end

local n = tonumber(arg[1] or 2000000)
sorted_checksum(floor(n / 100))
local start = os.clock()
local answer = sorted_checksum(n)
local seconds = os.clock() - start
print(string.format("answer %.0f", answer))
print("seconds " .. seconds)
