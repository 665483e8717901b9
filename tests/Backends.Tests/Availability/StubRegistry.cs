namespace AttentionGen.Tests.Availability;

/// <summary>A registry of stubs under names of their own; it knows the 18 in-tree names and serves none of them.</summary>
internal sealed class StubRegistry((string Name, StubFault Fault, BackendSupport Support)[] stubs) : AttentionBackendRegistry(
    [.. AttentionRegistry.Instance.Names.Take(18), .. stubs.Select(static stub => stub.Name)],
    [.. stubs.Select(static stub => new BackendDescriptor { Name = stub.Name, TypeName = "Tests.Stub", AssemblyName = "Tests", Supports = [stub.Support] })])
{
    public static BackendSupport Cpu { get; } = new() { Device = DeviceKind.Cpu, ElementTypes = ElementTypes.Float32 | ElementTypes.BFloat16 };

    public StubRegistry(params (string Name, StubFault Fault)[] stubs)
        : this([.. stubs.Select(static stub => (stub.Name, stub.Fault, Cpu))])
    {
    }

    public override int IndexOf(ReadOnlySpan<char> name)
    {
        for (int i = 0; i < Names.Length; i++)
        {
            if (name.Equals(Names[i], StringComparison.OrdinalIgnoreCase))
                return i;
        }

        return -1;
    }

    protected override BackendDescriptor? Describe(int index) => Backends.FirstOrDefault(backend => backend.Name == Names[index]);

    protected override IAttentionBackend? CreateRegistered(int index) =>
        Describe(index) is { } descriptor ? new StubBackend(stubs.First(stub => stub.Name == descriptor.Name).Fault, descriptor) : null;
}
