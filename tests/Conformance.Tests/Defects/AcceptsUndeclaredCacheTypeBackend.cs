using AttentionGen.Tests.Plain;

namespace AttentionGen.Tests.Defects;

/// <summary>Declares no 8-bit cache, and gives itself a wider declaration as soon as it is asked anything.</summary>
[AttentionBackend("BROKEN_ACCEPTS_UNDECLARED_CACHE_TYPE")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, Features = Features)]
internal sealed class AcceptsUndeclaredCacheTypeBackend : PlainAttentionBackend
{
    public override KeyValueCacheLayout CacheLayout
    {
        get
        {
            BackendDescriptor wider = Descriptor with
            {
                Supports = [.. Descriptor.Supports.Select(static support => support with { CacheElementTypes = ElementTypes.Float8E4M3 })],
            };
            ((IAttentionBackend)this).Attach(wider);
            return base.CacheLayout;
        }
    }
}
