using System.Runtime.ExceptionServices;

namespace AttentionGen.Cuda;

/// <summary>
/// Work of a device, recorded once and started again by one call: what <c>Forward</c> of all layers of a model launches, and
/// libtorch's operators between them. Replaying it costs the host microseconds however much work it is.
/// </summary>
/// <remarks>
/// <para>
/// What is recorded are launches with the addresses that they were given. A replay reads and writes the same memory: put new
/// tokens into the tensors that the recorded ones were read from, update the plan, replay, and read the output tensor.
/// </para>
/// <para>
/// Inside the recorded body may not happen: a wait for the device or a read from it (<c>item</c>, <c>cpu</c>, printing a tensor),
/// a copy from ordinary host memory, <see cref="AttentionPlan.Update"/>, the making of a plan, layer, cache or stream, work on another
/// thread, and work whose shape depends on numbers on the device. Tensors that the body makes have their memory from the
/// graph's stream: keep those whose contents are wanted after a replay alive as long as the graph. What the others had may be
/// taken by later tensors of that stream. libtorch keeps it for them, but where it runs out of memory it gives what no tensor uses
/// back to the driver, and a replay then writes where something else may be: where that can happen, keep them all alive.
/// </para>
/// <para>
/// Graphs of one <see cref="CudaStream"/> share the memory of tensors that their bodies made and gave back, and libtorch's
/// workspaces, some of which are tens of megabytes a stream. Their replays must follow one another.
/// </para>
/// <para>
/// While one thread captures, libtorch's allocator can fail in others that ask it for new memory: let them wait.
/// </para>
/// <para>One graph at a time may be captured on a thread, and an instance may be replayed by one thread at a time.</para>
/// </remarks>
public sealed unsafe class CudaGraph : IDisposable
{
    // What the driver does not allow in a capture it then refuses to this thread alone.
    private const int ThreadLocalMode = 1;

    private readonly CudaDevice _device;
    private readonly CudaStream? _ownStream;
    private nint _executable;

    private CudaGraph(CudaDevice device, CudaStream? ownStream, nint executable, int nodeCount)
    {
        _device = device;
        _ownStream = ownStream;
        _executable = executable;
        NodeCount = nodeCount;
    }

    /// <summary>The number of kernels, copies and other operations that were recorded.</summary>
    public int NodeCount { get; }

    /// <summary>Records the work that a body puts on libtorch's current stream of a device, without running it.</summary>
    /// <param name="device">The CUDA device.</param>
    /// <param name="body">
    /// What to record. It runs on the calling thread, with a stream of the graph's own as libtorch's current one: first as often
    /// as <paramref name="warmUps"/> says, really, and then once to be recorded.
    /// </param>
    /// <param name="warmUps">
    /// How often the body is run before. Once is needed where it uses anything for the first time, because code cannot be loaded,
    /// nor libraries started, in a capture.
    /// </param>
    /// <returns>The graph; the caller owns it.</returns>
    /// <exception cref="ArgumentException">The device is not a CUDA device.</exception>
    /// <exception cref="InvalidOperationException">The current stream is being captured already.</exception>
    /// <exception cref="CudaException">Something in the body cannot be captured. The capture has ended, and the device goes on working.</exception>
    public static CudaGraph Capture(AttentionDevice device, Action body, int warmUps = 1)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentOutOfRangeException.ThrowIfNegative(warmUps);
        CudaStream stream = new(device);
        try
        {
            return Capture(stream, isOwn: true, body, warmUps);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Records the work that a body puts on libtorch's current stream, without running it, on a stream that several graphs may share.</summary>
    /// <param name="stream">The stream, which has to live longer than the graph.</param>
    /// <param name="body">What to record; it runs as <see cref="Capture(AttentionDevice, Action, int)"/> says.</param>
    /// <param name="warmUps">How often the body is run before.</param>
    /// <returns>The graph; the caller owns it.</returns>
    /// <exception cref="ObjectDisposedException">The stream is disposed.</exception>
    /// <exception cref="InvalidOperationException">The current stream is being captured already.</exception>
    /// <exception cref="CudaException">Something in the body cannot be captured. The capture has ended, and the device goes on working.</exception>
    public static CudaGraph CaptureOn(CudaStream stream, Action body, int warmUps = 1)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(body);
        ArgumentOutOfRangeException.ThrowIfNegative(warmUps);
        return Capture(stream, isOwn: false, body, warmUps);
    }

    /// <summary>Runs the recorded work on libtorch's current stream; returns before it is done.</summary>
    /// <exception cref="ObjectDisposedException">The graph is disposed.</exception>
    /// <exception cref="CudaException">The driver refuses it, or work before it failed.</exception>
    public void Replay()
    {
        ObjectDisposedException.ThrowIf(_executable == 0, this);
        using ContextScope scope = _device.Enter();
        _device.Check(_device.Driver.GraphLaunch(_executable, _device.CurrentStream), "cuGraphLaunch");
    }

    /// <summary>Frees the graph. A replay that still runs is waited for.</summary>
    public void Dispose()
    {
        if (_executable == 0)
            return;
        using ContextScope scope = _device.Enter();
        _ = _device.Driver.GraphExecutableDestroy(_executable);
        _executable = 0;
        _ownStream?.Dispose();
    }

    private static CudaGraph Capture(CudaStream stream, bool isOwn, Action body, int warmUps)
    {
        CudaDevice device = stream.Device;
        if (device.IsCapturing(device.CurrentStream))
            throw new InvalidOperationException("A graph is being captured on this thread already. Captures cannot be nested: end the first one, or put this body into its.");

        // What the body reads may still be on its way on the stream from before.
        device.Synchronise(device.CurrentStream);
        using CudaStreamScope use = stream.Use();
        for (int run = 0; run < warmUps; run++)
            body();
        stream.Synchronize();

        using ContextScope scope = device.Enter();
        device.Check(device.Driver.StreamBeginCapture(stream.Handle, ThreadLocalMode), "cuStreamBeginCapture");
        ExceptionDispatchInfo? failure = null;
        try
        {
            body();
        }
        catch (Exception error)
        {
            failure = ExceptionDispatchInfo.Capture(error);
        }

        nint graph = 0;
        int code = device.Driver.StreamEndCapture(stream.Handle, &graph);
        try
        {
            failure?.Throw();
            device.Check(code, "cuStreamEndCapture");
            nuint nodes = 0;
            device.Check(device.Driver.GraphGetNodes(graph, null, &nodes), "cuGraphGetNodes");
            nint executable;
            device.Check(device.Driver.GraphInstantiate(&executable, graph, 0), "cuGraphInstantiate");
            return new CudaGraph(device, isOwn ? stream : null, executable, (int)nodes);
        }
        finally
        {
            if (graph != 0)
                _ = device.Driver.GraphDestroy(graph);
        }
    }
}
