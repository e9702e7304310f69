local function place(all, columns, left, right)
  if columns == all then return 1 end
  local count = 0
  local free = all & ~(columns | left | right)
  while free ~= 0 do
    local bit = free & -free
    free = free & ~bit
    count = count + place(all, columns | bit, (left | bit) << 1, (right | bit) >> 1)
  end
  return count
end

local function queens(n)
  return place((1 << n) - 1, 0, 0, 0)
end

local n = tonumber(arg[1] or 14)
queens(n - 4)
local start = os.clock()
local answer = queens(n)
local seconds = os.clock() - start
print(string.format("answer %d", answer))
print("seconds " .. seconds)
