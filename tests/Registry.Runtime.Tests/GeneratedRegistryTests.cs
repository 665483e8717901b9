using System.Reflection;
using System.Text;

namespace AttentionGen.Tests;

/// <summary>The registry that the generator makes for this test application, as it runs.</summary>
[Collection(nameof(AttentionRegistry))]
public sealed class GeneratedRegistryTests
{
    public static TheoryData<string> Names => [.. InTreeNames.All];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_in_tree_name_is_read_in_any_case_from_text_and_from_UTF8(string name)
    {
        Backend expected = (Backend)Array.IndexOf(InTreeNames.All, name);
        string[] spellings = [name, name.ToLowerInvariant(), name[..1] + name[1..].ToLowerInvariant()];
        Assert.All(spellings, spelling =>
        {
            Assert.True(AttentionRegistry.TryParse(spelling, out Backend fromString));
            Assert.True(AttentionRegistry.TryParse(spelling.AsSpan(), out Backend fromSpan));
            Assert.True(AttentionRegistry.TryParse(Encoding.UTF8.GetBytes(spelling), out Backend fromUtf8));
            Assert.Equal([expected, expected, expected, expected], [fromString, fromSpan, fromUtf8, AttentionRegistry.Parse(spelling)]);
        });
        Assert.Equal(name, AttentionRegistry.GetName(expected));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void No_neighbour_of_a_name_is_read(string name)
    {
        string[] neighbours =
        [
            "", " " + name, name + " ", name + "\0", name[1..], name[..^1], name.Replace('A', 'Ａ'), name.Replace('S', 'ſ'), name.Replace("_", "", StringComparison.Ordinal) + "_",
            "0", "6", "-1", "FlashAttn",
        ];
        Assert.All(neighbours.Where(neighbour => !InTreeNames.All.Contains(neighbour)), neighbour =>
        {
            Assert.False(AttentionRegistry.TryParse(neighbour, out Backend fromString));
            Assert.False(AttentionRegistry.TryParse(Encoding.UTF8.GetBytes(neighbour), out Backend fromUtf8));
            Assert.Equal([default, default], [fromString, fromUtf8]);
        });
    }

    [Fact]
    public void Null_is_no_name() => Assert.False(AttentionRegistry.TryParse((string?)null, out _));

    [Fact]
    public void The_enum_counts_up_from_zero_in_the_order_of_the_names() =>
        Assert.Equal(Enumerable.Range(0, InTreeNames.All.Length), Enum.GetValues<Backend>().Select(static backend => (int)backend));

    [Fact]
    public void Names_and_backends_are_those_of_this_application()
    {
        Assert.Equal([.. InTreeNames.All, "APP_ATTN"], AttentionRegistry.Names);
        Assert.Equal(["APP_ATTN", "TORCH_SDPA"], AttentionRegistry.Backends.Select(static backend => backend.Name));
        Assert.Equal(["AttentionGen.Tests.OwnNameBackend", "AttentionGen.Tests.AppBackend"], AttentionRegistry.Backends.Select(static backend => backend.TypeName));
        Assert.Equal([null, Backend.TorchSdpa], AttentionRegistry.Backends.Select(static backend => backend.Known));
    }

    [Fact]
    public void A_descriptor_has_every_value_that_the_attribute_declares()
    {
        AttentionSupportAttribute declared = typeof(AppBackend).GetCustomAttribute<AttentionSupportAttribute>()!;
        Assert.True(AttentionRegistry.TryGetDescriptor("torch_sdpa", out BackendDescriptor? descriptor));
        BackendSupport support = Assert.Single(descriptor.Supports);
        foreach (PropertyInfo property in typeof(BackendSupport).GetProperties())
        {
            object? expected = typeof(AttentionSupportAttribute).GetProperty(property.Name)!.GetValue(declared);
            Assert.Equal(expected, property.GetValue(support));
        }
    }

    [Fact]
    public void Each_name_is_created_by_value_and_by_text()
    {
        Assert.IsType<AppBackend>(AttentionRegistry.Create(Backend.TorchSdpa));
        Assert.IsType<AppBackend>(AttentionRegistry.Create("Torch_SDPA"));
        Assert.IsType<OwnNameBackend>(AttentionRegistry.Create("app_attn"));
        Assert.Same(AttentionRegistry.GetShared(Backend.TorchSdpa), AttentionRegistry.GetShared("TORCH_SDPA"));
        Assert.IsType<OwnNameBackend>(AttentionRegistry.GetShared("APP_ATTN"));
        Assert.Throws<UnknownBackendException>(static () => AttentionRegistry.Create(Backend.Pallas));
        Assert.Throws<UnknownBackendException>(static () => AttentionRegistry.Create((Backend)18));
        Assert.Throws<ArgumentOutOfRangeException>(static () => AttentionRegistry.GetName((Backend)18));
    }

    [Fact]
    public void A_backend_that_asks_gets_the_descriptor_that_the_registry_lists() =>
        Assert.Same(
            Assert.Single(AttentionRegistry.Backends, static backend => backend.Name == "APP_ATTN"),
            Assert.IsType<OwnNameBackend>(AttentionRegistry.Create("APP_ATTN")).Attached);

    [Fact]
    public void An_override_of_one_name_leaves_the_others()
    {
        AttentionRegistry.Instance.SetOverride("PALLAS", static () => new NamedBackend("test"));

        Assert.IsType<NamedBackend>(AttentionRegistry.Create(Backend.Pallas));
        Assert.IsType<AppBackend>(AttentionRegistry.Create(Backend.TorchSdpa));
        Assert.True(AttentionRegistry.Instance.ClearOverride("PALLAS"));
    }

    [Fact]
    public void An_override_takes_the_place_of_a_class_until_it_is_cleared()
    {
        AttentionRegistry.Instance.SetOverride("TORCH_SDPA", static () => new NamedBackend("test"));

        Assert.True(AttentionRegistry.Instance.HasOverrides);
        Assert.IsType<NamedBackend>(AttentionRegistry.Create(Backend.TorchSdpa));
        Assert.IsType<NamedBackend>(AttentionRegistry.Create("TORCH_SDPA"));
        Assert.True(AttentionRegistry.Instance.ClearOverride("TORCH_SDPA"));
        Assert.False(AttentionRegistry.Instance.HasOverrides);
        Assert.IsType<AppBackend>(AttentionRegistry.Create(Backend.TorchSdpa));
    }

    [Fact]
    public void Reading_a_name_and_getting_a_shared_backend_allocate_nothing()
    {
        AttentionRegistry.GetShared(Backend.TorchSdpa);
        Use();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Use();

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        static void Use()
        {
            Assert.True(AttentionRegistry.TryParse("flash_attn", out Backend _));
            Assert.True(AttentionRegistry.TryParse("rocm_aiter_unified_attn"u8, out Backend _));
            AttentionRegistry.TryGetDescriptor("TORCH_SDPA", out _);
            AttentionRegistry.GetName(Backend.TreeAttn);
            AttentionRegistry.GetShared(Backend.TorchSdpa);
            AttentionRegistry.GetShared("torch_sdpa");
        }
    }
}
