// Some tests set an environment variable.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
