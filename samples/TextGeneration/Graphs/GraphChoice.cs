using AttentionGen;

namespace TextGeneration.Graphs;

/// <summary>Whether decodes are captured with the backend that was selected, and if not, why.</summary>
/// <param name="Level">For which steps attention will be captured.</param>
/// <param name="Reason">Why for none; null where it is.</param>
internal sealed record GraphChoice(GraphCaptureLevel Level, string? Reason)
{
    /// <summary>What a step needs in which each request has one new token.</summary>
    public const GraphCaptureLevel Decode = GraphCaptureLevel.UniformSingleTokenDecode;

    /// <summary>Whether decodes are captured.</summary>
    public bool IsCaptured => Reason is null;

    /// <summary>What has to be asked of a backend, before one is selected.</summary>
    /// <exception cref="InvalidInputException">Graphs are demanded of a device that has none.</exception>
    public static GraphCaptureLevel Demanded(CudaGraphMode mode, AttentionDevice device) => mode switch
    {
        CudaGraphMode.On when device.Kind != DeviceKind.Cuda => throw new InvalidInputException(
            $"--cuda-graph on was given, and the device is {device}. Only CUDA devices have graphs: give --device cuda, or leave --cuda-graph out."),
        CudaGraphMode.On => Decode,
        _ => GraphCaptureLevel.Never,
    };

    /// <summary>Decides by what the selected backend declares.</summary>
    /// <param name="mode">What the user wants.</param>
    /// <param name="backend">The backend.</param>
    /// <param name="request">The request that it was selected for.</param>
    public static GraphChoice Of(CudaGraphMode mode, BackendDescriptor backend, AttentionRequest request)
    {
        if (mode == CudaGraphMode.Off)
            return Not("--cuda-graph off");
        if (request.Device.Kind != DeviceKind.Cuda)
            return Not($"{request.Device} is no CUDA device");
        return backend.ReasonsAgainst(request with { GraphCapture = Decode }) is [SelectionReason reason, ..]
            ? Not($"{backend.Name} cannot be captured: asked for {reason.Requested}, accepts {reason.Accepted}")
            : new GraphChoice(Decode, null);
    }

    private static GraphChoice Not(string reason) => new(GraphCaptureLevel.Never, reason);
}
