using AttentionGen.Cuda;
using AttentionGen.Tests.Cuda.Steps;
using AttentionGen.Tests.Emulation;
using Xunit;

namespace AttentionGen.Tests.Steps;

/// <summary>A captured step, replayed with one batch after another.</summary>
public sealed class ReplayTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_captured_step_follows_its_batches(bool isSpecialised)
    {
        CudaDevice device = EmulatedCuda.Required;
        ReplayedSteps.AssertFollowTheirBatches(device, isSpecialised, body => Capture(device, body));
    }

    private static unsafe Action Capture(CudaDevice device, Action body)
    {
        nint graph, executable;
        device.Check(device.Driver.StreamBeginCapture(0, 1), "cuStreamBeginCapture");
        body();
        device.Check(device.Driver.StreamEndCapture(0, &graph), "cuStreamEndCapture");
        device.Check(device.Driver.GraphInstantiate(&executable, graph, 0), "cuGraphInstantiate");
        _ = device.Driver.GraphDestroy(graph);
        nint replayed = executable;
        return () => device.Check(device.Driver.GraphLaunch(replayed, 0), "cuGraphLaunch");
    }
}
