local function fill(n, p, q)
  local m = {}
  for i = 0, n - 1 do
    local row = {}
    for j = 0, n - 1 do row[j + 1] = (i * p + j * q) % 17 / 17 end
    m[i + 1] = row
  end
  return m
end

local function matmul(a, b)
  local n = #a
  local c = {}
  for i = 1, n do
    local ai, ci = a[i], {}
    for j = 1, n do
      local s = 0.0
      for k = 1, n do s = s + ai[k] * b[k][j] end
      ci[j] = s
    end
    c[i] = ci
  end
  return c
end

local function trace_of_product(n)
  local c = matmul(fill(n, 3, 5), fill(n, 7, 2))
  local trace = 0.0
  for i = 1, n do trace = trace + c[i][i] end
  return trace
end

local n = tonumber(arg[1] or 500)
trace_of_product(math.floor(n / 5))
local start = os.clock()
local answer = trace_of_product(n)
local seconds = os.clock() - start
print(string.format("answer %.17g", answer))
print("seconds " .. seconds)
