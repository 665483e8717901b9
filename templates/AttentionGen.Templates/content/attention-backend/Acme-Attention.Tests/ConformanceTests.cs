using AttentionGen;
using AttentionGen.Conformance;

namespace Acme.Attention.Tests;

/// <summary>ACME_ATTN is held to what it declares: the rest of what attention may be asked comes with each line declared.</summary>
public sealed class ConformanceTests
{
    [Fact]
    public void Conforms_to_its_declaration()
    {
        ConformanceReport report = ConformanceBattery.Run(
            AttentionRegistry.Instance, AttentionDevice.Cpu, new ConformanceOptions { Backends = ["ACME_ATTN"] });

        Assert.Empty(report.Failures);
    }
}
