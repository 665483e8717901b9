namespace AttentionGen.Tests;

/// <summary>Has one page size, so that another one precludes it.</summary>
[AttentionBackend("PAGED_ATTN")]
[AttentionSupport(DeviceKind.Xpu, ElementTypes = ElementTypes.Float32, PageSizeMultipleOf = 64)]
public sealed class PagedAttention : IAttentionBackend;

/// <summary>Has any page size.</summary>
[AttentionBackend("UNPAGED_ATTN")]
[AttentionSupport(DeviceKind.Xpu, ElementTypes = ElementTypes.Float32)]
public sealed class UnpagedAttention : IAttentionBackend;
