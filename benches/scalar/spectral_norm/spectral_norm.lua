local function a(i, j)
  return 1 / ((i + j) * (i + j + 1) / 2 + i + 1)
end

local function multiply(n, v, out)
  for i = 0, n - 1 do
    local s = 0.0
    for j = 0, n - 1 do s = s + a(i, j) * v[j + 1] end
    out[i + 1] = s
  end
end

local function multiply_transposed(n, v, out)
  for i = 0, n - 1 do
    local s = 0.0
    for j = 0, n - 1 do s = s + a(j, i) * v[j + 1] end
    out[i + 1] = s
  end
end

local function spectral_norm(n)
  local u, v, t = {}, {}, {}
  for i = 1, n do u[i] = 1.0 end
  for _ = 1, 10 do
    multiply(n, u, t)
    multiply_transposed(n, t, v)
    multiply(n, v, t)
    multiply_transposed(n, t, u)
  end
  local uv, vv = 0.0, 0.0
  for i = 1, n do
    uv = uv + u[i] * v[i]
    vv = vv + v[i] * v[i]
  end
  return math.sqrt(uv / vv)
end

local n = tonumber(arg[1] or 1500)
spectral_norm(math.floor(n / 10))
local start = os.clock()
local answer = spectral_norm(n)
local seconds = os.clock() - start
print(string.format("answer %.17g", answer))
print("seconds " .. seconds)
