using static TorchSharp.torch;

namespace AttentionGen.Cuda.Benchmarks.Measuring;

/// <summary>
/// Some 0.3 ms of reading before a contender's turn. Meanwhile the host puts the contender's work in the queue, so that its
/// time has no launch in it; and the device's cache is left full of numbers that nobody needs and that need not be written back.
/// </summary>
internal sealed class QueueFiller : IDisposable
{
    private readonly Tensor _numbers;
    private readonly CudaGraph _graph;
    private Tensor? _sum;

    public QueueFiller(AttentionDevice device)
    {
        _numbers = zeros([256L << 20], dtype: ScalarType.Float32, device: device.ToTorch()).DetachFromDisposeScope();
        _graph = CudaGraph.Capture(device, () =>
        {
            _sum?.Dispose();
            _sum = _numbers.sum().DetachFromDisposeScope();
        });
    }

    /// <summary>Puts the reading on libtorch's current stream.</summary>
    public void Run() => _graph.Replay();

    public void Dispose()
    {
        _graph.Dispose();
        _sum?.Dispose();
        _numbers.Dispose();
    }
}
