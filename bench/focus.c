/*
 * The peer of focus.bench.mjs: Poisson-FOCuS as its papers give it, one logarithm per bin, growing stack.
 * usage: focus FILE SIGMA MU_MIN REPEATS; FILE holds counts and then expectations as float64.
 * Prints nanoseconds of processor time per bin (best of the repeats) and the hits: their number and sums of bins, lengths and significances.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef struct { double x, b, m; long t; } curve;

static double now(void) { struct timespec t; clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); return t.tv_sec * 1e9 + t.tv_nsec; }
static double llr(double x, double b) { return x * log(x / b) - (x - b); }

static long hits; static double sum_bins, sum_lengths, sum_significances;

static void run(const double *counts, const double *expected, long bins, double sigma, double mu_min) {
  const double limit = sigma * sigma / 2, least = mu_min > 1 ? (mu_min - 1) / log(mu_min) : 1;
  long room = 64, n = 1;
  curve *stack = malloc(room * sizeof *stack);
  double all_x = 0, all_b = 0;
  stack[0] = (curve){0, 0, 0, 0};
  hits = 0; sum_bins = sum_lengths = sum_significances = 0;
  for (long i = 0; i < bins; i++) {
    all_x += counts[i]; all_b += expected[i];
    double x = all_x - stack[n - 1].x, b = all_b - stack[n - 1].b;
    while (n > 1) {
      double ox = all_x - stack[n - 2].x, ob = all_b - stack[n - 2].b;
      if (x * ob > ox * b) break;
      n--; x = ox; b = ob;
    }
    if (x <= least * b) {
      n = 1; all_x = all_b = 0;
      stack[0] = (curve){0, 0, 0, i + 1};
      continue;
    }
    double value = llr(x, b), bound = value + stack[n - 1].m, reach = bound;
    int over = value >= limit;
    for (long k = n - 2; !over && k >= 0 && reach >= limit; k--) {
      value = llr(all_x - stack[k].x, all_b - stack[k].b);
      over = value >= limit; reach = value + stack[k].m;
    }
    if (over) {
      double best = 0; long start = 0;
      for (long k = 0; k < n; k++) {
        value = llr(all_x - stack[k].x, all_b - stack[k].b);
        if (value > best) { best = value; start = stack[k].t; }
      }
      hits++; sum_bins += i; sum_lengths += i + 1 - start; sum_significances += sqrt(2 * best);
    }
    if (n == room) stack = realloc(stack, (room *= 2) * sizeof *stack);
    stack[n++] = (curve){all_x, all_b, bound, i + 1};
  }
  free(stack);
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  FILE *file = fopen(argv[1], "rb");
  if (!file) return 1;
  fseek(file, 0, SEEK_END);
  long bins = ftell(file) / 16;
  rewind(file);
  double *counts = malloc(bins * 16), best = 1e300;
  if (fread(counts, 16, bins, file) != (size_t)bins) return 1;
  for (int r = 0; r < atoi(argv[4]); r++) {
    double start = now();
    run(counts, counts + bins, bins, atof(argv[2]), atof(argv[3]));
    double took = (now() - start) / bins;
    if (took < best) best = took;
  }
  printf("%.4f %ld %.0f %.0f %.6f\n", best, hits, sum_bins, sum_lengths, sum_significances);
  return 0;
}
