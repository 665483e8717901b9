using AttentionGen;
using AttentionGen.Cuda;

namespace TextGeneration.Graphs;

/// <summary>
/// Records steps as CUDA graphs. All on one stream, so that they share what libtorch keeps for a stream: the workspaces of matrix
/// products, 32 MB on some GPUs.
/// </summary>
/// <param name="device">The CUDA device.</param>
internal sealed class CudaStepRecorder(AttentionDevice device) : IStepRecorder
{
    private readonly CudaStream _stream = new(device);

    /// <inheritdoc/>
    /// <exception cref="CudaException">Something in the step cannot be captured.</exception>
    public IRecordedStep Record(Action step) => new RecordedGraph(CudaGraph.CaptureOn(_stream, step));

    public void Dispose() => _stream.Dispose();

    private sealed class RecordedGraph(CudaGraph graph) : IRecordedStep
    {
        public void Replay() => graph.Replay();

        public void Dispose() => graph.Dispose();
    }
}
