local sqrt = math.sqrt
local solar_mass = 4 * math.pi * math.pi
local year = 365.24

local function planets()
  local bodies = {
    {x = 0.0, y = 0.0, z = 0.0, vx = 0.0, vy = 0.0, vz = 0.0, mass = solar_mass},
    {x = 4.84143144246472090, y = -1.16032004402742839, z = -0.103622044471123109,
     vx = 0.00166007664274403694 * year, vy = 0.00769901118419740425 * year, vz = -0.0000690460016972063023 * year,
     mass = 0.000954791938424326609 * solar_mass},
    {x = 8.34336671824457987, y = 4.12479856412430479, z = -0.403523417114321381,
     vx = -0.00276742510726411484 * year, vy = 0.00499852801234917238 * year, vz = 0.0000230417297573763929 * year,
     mass = 0.000285885980666130812 * solar_mass},
    {x = 12.8943695621391310, y = -15.1111514016986312, z = -0.223307578892655734,
     vx = 0.00296460137564761618 * year, vy = 0.00237847173959480950 * year, vz = -0.0000296589568540237556 * year,
     mass = 0.0000436624404335156298 * solar_mass},
    {x = 15.3796971148509165, y = -25.9193146099879641, z = 0.179258772950371181,
     vx = 0.00268067772490389322 * year, vy = 0.00162824170038242295 * year, vz = -0.0000951592254519715870 * year,
     mass = 0.0000515138902046611451 * solar_mass},
  }
  local px, py, pz = 0.0, 0.0, 0.0
  for _, b in ipairs(bodies) do
    px = px + b.vx * b.mass
    py = py + b.vy * b.mass
    pz = pz + b.vz * b.mass
  end
  bodies[1].vx = -px / solar_mass
  bodies[1].vy = -py / solar_mass
  bodies[1].vz = -pz / solar_mass
  return bodies
end

local function energy(bodies)
  local e = 0.0
  for i = 1, #bodies do
    local bi = bodies[i]
    e = e + 0.5 * bi.mass * (bi.vx * bi.vx + bi.vy * bi.vy + bi.vz * bi.vz)
    for j = i + 1, #bodies do
      local bj = bodies[j]
      local dx, dy, dz = bi.x - bj.x, bi.y - bj.y, bi.z - bj.z
      e = e - bi.mass * bj.mass / sqrt(dx * dx + dy * dy + dz * dz)
    end
  end
  return e
end

local function advance(bodies, dt, steps)
  local n = #bodies
  for _ = 1, steps do
    for i = 1, n do
      local bi = bodies[i]
      for j = i + 1, n do
        local bj = bodies[j]
        local dx, dy, dz = bi.x - bj.x, bi.y - bj.y, bi.z - bj.z
        local d2 = dx * dx + dy * dy + dz * dz
        local mag = dt / (d2 * sqrt(d2))
        local mi, mj = bi.mass * mag, bj.mass * mag
        bi.vx = bi.vx - dx * mj
        bi.vy = bi.vy - dy * mj
        bi.vz = bi.vz - dz * mj
        bj.vx = bj.vx + dx * mi
        bj.vy = bj.vy + dy * mi
        bj.vz = bj.vz + dz * mi
      end
    end
    for i = 1, n do
      local b = bodies[i]
      b.x = b.x + dt * b.vx
      b.y = b.y + dt * b.vy
      b.z = b.z + dt * b.vz
    end
  end
end

local function simulate(steps)
  local bodies = planets()
  advance(bodies, 0.01, steps)
  return energy(bodies)
end

local n = tonumber(arg[1] or 2000000)
simulate(math.floor(n / 100))
local start = os.clock()
local answer = simulate(n)
local seconds = os.clock() - start
print(string.format("answer %.17g", answer))
print("seconds " .. seconds)
