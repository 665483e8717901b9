using Xunit.Sdk;
using Xunit.v3;

// Some tests set an environment variable.
[assembly: Parallelization(Mode = ParallelMode.None)]
