local function fannkuch(n)
  local perm, perm1, count = {}, {}, {}
  for i = 1, n do perm1[i] = i end
  local checksum, max_flips, even, r = 0, 0, true, n
  while true do
    while r ~= 1 do
      count[r] = r
      r = r - 1
    end
    for i = 1, n do perm[i] = perm1[i] end
    local flips, first = 0, perm[1]
    while first ~= 1 do
      local i, j = 1, first
      while i < j do
        perm[i], perm[j] = perm[j], perm[i]
        i = i + 1
        j = j - 1
      end
      flips = flips + 1
      first = perm[1]
    end
    if flips > max_flips then max_flips = flips end
    if even then checksum = checksum + flips else checksum = checksum - flips end
    while true do
      if r == n then return checksum, max_flips end
      local head = perm1[1]
      for i = 1, r do perm1[i] = perm1[i + 1] end
      perm1[r + 1] = head
      count[r + 1] = count[r + 1] - 1
      if count[r + 1] > 0 then break end
      r = r + 1
    end
    even = not even
  end
end

local n = tonumber(arg[1] or 10)
fannkuch(n - 3)
local start = os.clock()
local checksum, max_flips = fannkuch(n)
local seconds = os.clock() - start
print(string.format("answer %d %d", checksum, max_flips))
print("seconds " .. seconds)
