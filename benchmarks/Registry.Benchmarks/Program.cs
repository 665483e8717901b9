using AttentionGen.Benchmarks;
using AttentionGen.Benchmarks.GeneratorCost;
using BenchmarkDotNet.Running;

if (args is ["generator", .. string[] options])
    return GeneratorCostCommand.Run(options, Console.Out);

BenchmarkSwitcher.FromAssembly(typeof(ParseBenchmarks).Assembly).Run(args, RegistryBenchmarkConfig.Create());
return 0;
