local function escape_time(cr, ci, limit)
  local zr, zi = 0.0, 0.0
  for i = 0, limit - 1 do
    local zr2, zi2 = zr * zr, zi * zi
    if zr2 + zi2 > 4.0 then return i end
    zi = 2.0 * zr * zi + ci
    zr = zr2 - zi2 + cr
  end
  return limit
end

local function mandelbrot(n)
  local total = 0
  for y = 0, n - 1 do
    local ci = 2.5 * y / n - 1.25
    for x = 0, n - 1 do
      total = total + escape_time(2.5 * x / n - 2.0, ci, 256)
    end
  end
  return total
end

local n = tonumber(arg[1] or 800)
mandelbrot(math.floor(n / 10))
local start = os.clock()
local answer = mandelbrot(n)
local seconds = os.clock() - start
print(string.format("answer %d", answer))
print("seconds " .. seconds)
