using AttentionGen.Conformance.Cases;
using AttentionGen.Cuda;
using AttentionGen.Tests.Cuda;
using AttentionGen.Tests.Cuda.Steps;
using AttentionGen.Tests.Emulation;
using Xunit;

namespace AttentionGen.Tests.Steps;

/// <summary>Numbers of queries and keys around the ends of the kernels' tiles.</summary>
public sealed class ResidueTests
{
    [Theory]
    [InlineData(false, true)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public void All_pairs_in_one_batch(bool isSpecialised, bool causal)
    {
        CudaDevice device = EmulatedCuda.Required;
        using CudaEngineBackend backend = new(device, isSpecialised);
        ReferenceStep.AssertConforms(backend, device.Memory, new AttentionCase
        {
            Batch = "residues", Requests = Residues.Pairs(1), QueryHeads = 1, KeyValueHeads = 1, ElementType = ElementType.Float16, HeadSize = 64, Causal = causal, LogSumExp = true,
        });
    }
}
