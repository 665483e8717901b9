namespace AttentionGen.Tests;

public sealed class UnknownBackendTests
{
    private static readonly StubRegistry s_registry = new(
        Descriptors.Make("FLASH_ATTN"), Descriptors.Make("TORCH_SDPA"), Descriptors.Make("ACME_ATTN"));

    [Theory]
    [InlineData("FLASH_ATN", "FLASH_ATTN")]
    [InlineData("flash-attn", "FLASH_ATTN")]
    [InlineData("FALSH_ATTN", "FLASH_ATTN")]
    [InlineData("torchsdpa", "TORCH_SDPA")]
    [InlineData("ACNE_ATTN", "ACME_ATTN")]
    [InlineData("PALAS", "PALLAS")]
    [InlineData("FLASHMLA_SPARS", "FLASHMLA_SPARSE")]
    [InlineData("something else entirely", null)]
    [InlineData("", null)]
    public void The_nearest_name_is_offered_where_one_is_near(string requested, string? nearest)
    {
        UnknownBackendException exception = Assert.Throws<UnknownBackendException>(() => s_registry.Create(requested));

        Assert.Equal((requested, nearest), (exception.RequestedName, exception.NearestName));
        Assert.Equal(["ACME_ATTN", "FLASH_ATTN", "TORCH_SDPA"], exception.RegisteredNames);
        Assert.Equal(nearest is not null, exception.Message.Contains($"Did you mean '{nearest}'?", StringComparison.Ordinal));
        Assert.EndsWith("Registered: ACME_ATTN, FLASH_ATTN, TORCH_SDPA.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_outside_the_enum_is_unknown()
    {
        Assert.Equal("99", Assert.Throws<UnknownBackendException>(() => s_registry.Create((Backend)99)).RequestedName);
        Assert.Equal("-1", Assert.Throws<UnknownBackendException>(() => s_registry.GetShared((Backend)(-1))).RequestedName);
    }

    [Fact]
    public void An_in_tree_name_that_nothing_serves_says_what_to_do()
    {
        string message = Assert.Throws<UnknownBackendException>(() => s_registry.Create(Backend.Pallas)).Message;

        Assert.Equal(
            "'PALLAS' is an in-tree name, but no class in this application serves it. Registered: ACME_ATTN, FLASH_ATTN, TORCH_SDPA. "
            + "Reference the package that brings it, or put [AttentionBackend] with this name on a class and rebuild.",
            message);
    }

    [Fact]
    public void Parsing_offers_in_tree_names_alone_and_explains_names_of_their_own()
    {
        UnknownBackendException unknown = Assert.Throws<UnknownBackendException>(() => s_registry.Parse("TREE_ATN"));
        UnknownBackendException own = Assert.Throws<UnknownBackendException>(() => s_registry.Parse("acme_attn"));

        Assert.StartsWith("'TREE_ATN' is not an in-tree name. Did you mean 'TREE_ATTN'? In-tree names: FLASH_ATTN, TRITON_ATTN,", unknown.Message, StringComparison.Ordinal);
        Assert.Equal("'acme_attn' is a name of its own and no member of Backend. Pass it as text: Create(\"acme_attn\").", own.Message);
    }

    [Fact]
    public void An_empty_registry_says_so() =>
        Assert.EndsWith("No backend is registered.", Assert.Throws<UnknownBackendException>(() => new StubRegistry().Create("ACME")).Message, StringComparison.Ordinal);
}
