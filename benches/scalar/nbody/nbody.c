#include "../bench.h"

#define BODIES 5
static const double pi = 3.141592653589793;
static const double year = 365.24;

typedef struct {
    double x, y, z, vx, vy, vz, mass;
} Body;

static void planets(Body *b) {
    double solar_mass = 4 * pi * pi;
    Body start[BODIES] = {
        {0, 0, 0, 0, 0, 0, solar_mass},
        {4.84143144246472090, -1.16032004402742839, -0.103622044471123109,
         0.00166007664274403694 * year, 0.00769901118419740425 * year, -0.0000690460016972063023 * year,
         0.000954791938424326609 * solar_mass},
        {8.34336671824457987, 4.12479856412430479, -0.403523417114321381,
         -0.00276742510726411484 * year, 0.00499852801234917238 * year, 0.0000230417297573763929 * year,
         0.000285885980666130812 * solar_mass},
        {12.8943695621391310, -15.1111514016986312, -0.223307578892655734,
         0.00296460137564761618 * year, 0.00237847173959480950 * year, -0.0000296589568540237556 * year,
         0.0000436624404335156298 * solar_mass},
        {15.3796971148509165, -25.9193146099879641, 0.179258772950371181,
         0.00268067772490389322 * year, 0.00162824170038242295 * year, -0.0000951592254519715870 * year,
         0.0000515138902046611451 * solar_mass},
    };
    double px = 0, py = 0, pz = 0;
    for (int i = 0; i < BODIES; i++) {
        px += start[i].vx * start[i].mass;
        py += start[i].vy * start[i].mass;
        pz += start[i].vz * start[i].mass;
    }
    start[0].vx = -px / solar_mass;
    start[0].vy = -py / solar_mass;
    start[0].vz = -pz / solar_mass;
    memcpy(b, start, sizeof start);
}

static double energy(const Body *b) {
    double e = 0;
    for (int i = 0; i < BODIES; i++) {
        e += 0.5 * b[i].mass * (b[i].vx * b[i].vx + b[i].vy * b[i].vy + b[i].vz * b[i].vz);
        for (int j = i + 1; j < BODIES; j++) {
            double dx = b[i].x - b[j].x, dy = b[i].y - b[j].y, dz = b[i].z - b[j].z;
            e -= b[i].mass * b[j].mass / sqrt(dx * dx + dy * dy + dz * dz);
        }
    }
    return e;
}

static void advance(Body *b, double dt, long steps) {
    for (long step = 0; step < steps; step++) {
        for (int i = 0; i < BODIES; i++) {
            for (int j = i + 1; j < BODIES; j++) {
                double dx = b[i].x - b[j].x, dy = b[i].y - b[j].y, dz = b[i].z - b[j].z;
                double d2 = dx * dx + dy * dy + dz * dz;
                double mag = dt / (d2 * sqrt(d2));
                double mi = b[i].mass * mag, mj = b[j].mass * mag;
                b[i].vx -= dx * mj;
                b[i].vy -= dy * mj;
                b[i].vz -= dz * mj;
                b[j].vx += dx * mi;
                b[j].vy += dy * mi;
                b[j].vz += dz * mi;
            }
        }
        for (int i = 0; i < BODIES; i++) {
            b[i].x += dt * b[i].vx;
            b[i].y += dt * b[i].vy;
            b[i].z += dt * b[i].vz;
        }
    }
}

static double simulate(long steps) {
    Body b[BODIES];
    planets(b);
    advance(b, 0.01, steps);
    return energy(b);
}

int main(int argc, char **argv) {
    long n = size_argument(argc, argv, 2000000);
    keep(simulate(n / 100));
    double start = now();
    double answer = simulate(n);
    double seconds = now() - start;
    printf("answer %.17g\nseconds %.9f\n", answer, seconds);
}
