using System.Reflection;
using AttentionGen.Generators;
using Microsoft.CodeAnalysis;

namespace AttentionGen.Tests;

/// <summary>Runs the generator on a copy of what it just ran on: nothing may be computed anew.</summary>
internal static class CloneRun
{
    public static IEnumerable<string> TrackingNames { get; } =
        [.. typeof(TrackingNames).GetFields(BindingFlags.Public | BindingFlags.Static).Select(static field => (string)field.GetRawConstantValue()!)];

    public static void AssertAllCached(GeneratorRun run)
    {
        GeneratorRun again = run.Then(run.Input.Clone());
        foreach (string name in TrackingNames)
        {
            Assert.All(again.Reasons(name), reason =>
                Assert.True(reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"{name} was {reason}."));
        }

        Assert.All(again.OutputReasons(), static reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }
}
