namespace AttentionGen.Tests;

/// <summary>A backend of this test application, so that the registry generated for it has one in-tree name and one other.</summary>
[AttentionBackend(Backend.TorchSdpa)]
[AttentionSupport(
    DeviceKind.Cpu,
    ElementTypes = ElementTypes.Float32 | ElementTypes.BFloat16,
    CacheElementTypes = ElementTypes.Float8E4M3,
    HeadSizes = [64, 128],
    MinHeadSize = 2,
    MaxHeadSize = 256,
    HeadSizeMultipleOf = 4,
    PageSizes = [16],
    PageSizeMultipleOf = 8,
    Types = AttentionTypes.Decoder | AttentionTypes.EncoderOnly,
    Form = AttentionForm.SparseMultiHeadLatent,
    Features = AttentionFeatures.Alibi,
    GraphCapture = GraphCaptureLevel.Always,
    QueryHeads = [16, 128],
    MaxQueryHeads = 200,
    GroupSizes = [1, 4],
    MinComputeCapability = 80,
    MaxComputeCapability = 90,
    Architectures = ["a\"b", "ü"])]
internal sealed class AppBackend : IAttentionBackend;
