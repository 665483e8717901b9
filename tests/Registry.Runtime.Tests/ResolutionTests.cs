namespace AttentionGen.Tests;

/// <summary>Names both ways: a text to a name or a plain no, and a name to the class that serves it at the time of asking.</summary>
[Collection(nameof(AttentionRegistry))]
public sealed class ResolutionTests
{
    private readonly StubRegistry _registry = new(
        Descriptors.Make("FLASH_ATTN", Descriptors.Cpu),
        Descriptors.Make("TREE_ATTN", Descriptors.Cpu) with { IsOverride = true },
        Descriptors.Make("ACME_ATTN", Descriptors.Cpu));

    [Theory]
    [InlineData("FLASH_ATTN", true, Backend.FlashAttn)]
    [InlineData("pallas", true, Backend.Pallas)]
    [InlineData("ACME_ATTN", false, default(Backend))]
    [InlineData("FLASH_ATN", false, default(Backend))]
    [InlineData("6", false, default(Backend))]
    [InlineData("", false, default(Backend))]
    [InlineData(null, false, default(Backend))]
    public void A_text_is_an_in_tree_name_or_it_is_not(string? text, bool expected, Backend backend)
    {
        Assert.Equal(expected, _registry.TryParse(text, out Backend parsed));
        Assert.Equal(backend, parsed);
    }

    [Fact]
    public void A_name_leads_to_its_class()
    {
        Assert.Equal(("FLASH_ATTN", Backend.FlashAttn, BackendService.Class, true, "Tests.FLASH_ATTN", "Tests"), Facts(_registry.Resolve("flash_attn")));
        Assert.Equal(_registry.Resolve("FLASH_ATTN"), _registry.Resolve(Backend.FlashAttn));
        Assert.Equal(("TREE_ATTN", Backend.TreeAttn, BackendService.BuildTimeOverride, true, "Tests.TREE_ATTN", "Tests"), Facts(_registry.Resolve(Backend.TreeAttn)));
        Assert.Equal(("ACME_ATTN", null, BackendService.Class, true, "Tests.ACME_ATTN", "Tests"), Facts(_registry.Resolve("Acme_Attn")));
    }

    [Fact]
    public void A_name_that_nothing_serves_is_an_answer_and_a_text_that_is_no_name_is_not()
    {
        Assert.Equal(("PALLAS", Backend.Pallas, BackendService.None, false, null, null), Facts(_registry.Resolve(Backend.Pallas)));
        Assert.True(_registry.TryResolve("pallas", out BackendResolution? pallas));
        Assert.Equal(_registry.Resolve("PALLAS"), pallas);

        Assert.False(_registry.TryResolve("FLASH_ATN", out BackendResolution? unknown));
        Assert.Null(unknown);
        Assert.Equal("FLASH_ATTN", Assert.Throws<UnknownBackendException>(() => _registry.Resolve("FLASH_ATN")).NearestName);
        Assert.Throws<UnknownBackendException>(() => _registry.Resolve((Backend)18));
        Assert.Throws<ArgumentNullException>(() => _registry.Resolve(null!));
    }

    [Fact]
    public void An_override_is_named_as_soon_as_it_is_set_and_the_class_again_when_it_is_cleared()
    {
        string className = typeof(NamedBackend).FullName!;
        _registry.SetOverride("FLASH_ATTN", static () => new NamedBackend("test"));
        _registry.SetOverride("PALLAS", static () => new NamedBackend("test"));

        BackendResolution overridden = _registry.Resolve(Backend.FlashAttn);
        Assert.Equal(("FLASH_ATTN", Backend.FlashAttn, BackendService.RunTimeOverride, true, className, "Registry.Runtime.Tests"), Facts(overridden));
        Assert.Equal("Tests.FLASH_ATTN", overridden.Descriptor!.TypeName);
        Assert.Equal(("PALLAS", Backend.Pallas, BackendService.RunTimeOverride, true, className, "Registry.Runtime.Tests"), Facts(_registry.Resolve("PALLAS")));
        Assert.Null(_registry.Resolve("PALLAS").Descriptor);

        _registry.ClearOverride("FLASH_ATTN");
        Assert.Equal(BackendService.Class, _registry.Resolve(Backend.FlashAttn).Service);
        Assert.Equal(BackendService.RunTimeOverride, overridden.Service);
    }

    [Fact]
    public void A_factory_of_any_backend_is_named_by_the_instance_it_made_last()
    {
        Func<IAttentionBackend> factory = static () => new NamedBackend("test");
        _registry.SetOverride("FLASH_ATTN", factory);

        Assert.Equal(("FLASH_ATTN", Backend.FlashAttn, BackendService.RunTimeOverride, true, null, null), Facts(_registry.Resolve("FLASH_ATTN")));
        _registry.Create(Backend.FlashAttn);
        Assert.Equal(typeof(NamedBackend).FullName, _registry.Resolve("FLASH_ATTN").TypeName);

        _registry.SetOverride<IAttentionBackend>("FLASH_ATTN", static () => new OwnNameBackend());
        Assert.Null(_registry.Resolve("FLASH_ATTN").TypeName);
        _registry.GetShared("FLASH_ATTN");
        Assert.Equal(typeof(OwnNameBackend).FullName, _registry.Resolve("FLASH_ATTN").TypeName);
    }

    [Fact]
    public void A_nested_class_is_named_as_the_generator_names_it()
    {
        _registry.SetOverride("FLASH_ATTN", static () => new Nested());

        Assert.Equal("AttentionGen.Tests.ResolutionTests.Nested", _registry.Resolve("FLASH_ATTN").TypeName);
    }

    [Fact]
    public void An_answer_reads_as_one_line()
    {
        _registry.SetOverride("ACME_ATTN", static () => new NamedBackend("test"));
        _registry.SetOverride<IAttentionBackend>("PALLAS", static () => new NamedBackend("test"));

        Assert.Equal("FLASH_ATTN: Tests.FLASH_ATTN of Tests", _registry.Resolve("FLASH_ATTN").ToString());
        Assert.Equal("TREE_ATTN: Tests.TREE_ATTN of Tests, in place of another assembly's class", _registry.Resolve("TREE_ATTN").ToString());
        Assert.Equal("XFORMERS: not served", _registry.Resolve("XFORMERS").ToString());
        Assert.Equal(
            "ACME_ATTN: AttentionGen.Tests.NamedBackend of Registry.Runtime.Tests, set at run time in place of Tests.ACME_ATTN of Tests",
            _registry.Resolve("ACME_ATTN").ToString());
        Assert.Equal("PALLAS: a factory, set at run time", _registry.Resolve("PALLAS").ToString());
    }

    [Fact]
    public void The_generated_registry_names_the_very_type_that_it_makes()
    {
        foreach (BackendDescriptor backend in AttentionRegistry.Backends)
            Assert.Equal(AttentionRegistry.Create(backend.Name).GetType().FullName, AttentionRegistry.Resolve(backend.Name).TypeName);

        Assert.Equal(typeof(AppBackend).FullName, AttentionRegistry.Resolve(Backend.TorchSdpa).TypeName);
        Assert.Equal(BackendService.None, AttentionRegistry.Resolve(Backend.XFormers).Service);
    }

    private static (string, Backend?, BackendService, bool, string?, string?) Facts(BackendResolution resolution) =>
        (resolution.Name, resolution.Known, resolution.Service, resolution.IsServed, resolution.TypeName, resolution.AssemblyName);

    private sealed class Nested : IAttentionBackend;
}
