local band, bor, bnot, lshift, rshift = bit.band, bit.bor, bit.bnot, bit.lshift, bit.rshift

local function place(all, columns, left, right)
  if columns == all then return 1 end
  local count = 0
  local free = band(all, bnot(bor(columns, left, right)))
  while free ~= 0 do
    local queen = band(free, -free)
    free = band(free, bnot(queen))
    count = count + place(all, bor(columns, queen), lshift(bor(left, queen), 1), rshift(bor(right, queen), 1))
  end
  return count
end

local function queens(n)
  return place(lshift(1, n) - 1, 0, 0, 0)
end

local n = tonumber(arg[1] or 14)
queens(n - 4)
local start = os.clock()
local answer = queens(n)
local seconds = os.clock() - start
print(string.format("answer %d", answer))
print("seconds " .. seconds)
