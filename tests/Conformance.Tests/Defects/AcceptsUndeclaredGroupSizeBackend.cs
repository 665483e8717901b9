using AttentionGen.Tests.Plain;

namespace AttentionGen.Tests.Defects;

/// <summary>Declares two group sizes, and gives itself a declaration of all of them as soon as it is asked anything.</summary>
[AttentionBackend("BROKEN_ACCEPTS_UNDECLARED_GROUP_SIZE")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, GroupSizes = [1, 2], Features = Features)]
internal sealed class AcceptsUndeclaredGroupSizeBackend : PlainAttentionBackend
{
    public override KeyValueCacheLayout CacheLayout
    {
        get
        {
            BackendDescriptor wider = Descriptor with
            {
                Supports = [.. Descriptor.Supports.Select(static support => support with { GroupSizes = [] })],
            };
            ((IAttentionBackend)this).Attach(wider);
            return base.CacheLayout;
        }
    }
}
