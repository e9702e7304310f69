local function collatz_length(start)
  local n, length = start, 1
  while n ~= 1 do
    if n % 2 == 0 then n = n // 2 else n = 3 * n + 1 end
    length = length + 1
  end
  return length
end

local function longest(limit)
  local best, best_length = 1, 1
  for start = 1, limit - 1 do
    local length = collatz_length(start)
    if length > best_length then
      best = start
      best_length = length
    end
  end
  return best, best_length
end

local n = tonumber(arg[1] or 1000000)
longest(n // 100)
local start = os.clock()
local best, best_length = longest(n)
local seconds = os.clock() - start
print(string.format("answer %d %d", best, best_length))
print("seconds " .. seconds)
