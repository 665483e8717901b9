namespace AttentionGen.Tests;

/// <summary>The choice by the environment variable.</summary>
[Collection(EnvironmentUse.Name)]
public sealed class EnvironmentChoiceTests : IDisposable
{
    private readonly string? _before = Environment.GetEnvironmentVariable(BackendChoice.EnvironmentVariable);

    private readonly StubRegistry _registry = new(Descriptors.Make("TORCH_SDPA", Descriptors.Cpu), Descriptors.Make("FLASH_ATTN", Descriptors.Cpu));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("auto")]
    [InlineData("AUTO")]
    public void Unset_empty_and_auto_choose_nothing(string? value)
    {
        Environment.SetEnvironmentVariable(BackendChoice.EnvironmentVariable, value);

        Assert.Null(BackendChoice.FromEnvironment());
        Assert.Equal("TORCH_SDPA", _registry.Select(Descriptors.CpuRequest).Backend.Name);
    }

    [Fact]
    public void A_name_is_taken()
    {
        Environment.SetEnvironmentVariable(BackendChoice.EnvironmentVariable, " flash_attn ");

        Selection selection = _registry.Select(Descriptors.CpuRequest);

        Assert.Equal(("FLASH_ATTN", BackendChoiceSource.Environment), (selection.Backend.Name, selection.Source));
        Assert.StartsWith("FLASH_ATTN: named by the environment variable ATTENTION_BACKEND", selection.Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_name_is_an_error_and_not_ignored()
    {
        Environment.SetEnvironmentVariable(BackendChoice.EnvironmentVariable, "FLASH");

        Assert.Equal("FLASH", Assert.Throws<UnknownBackendException>(() => _registry.Select(Descriptors.CpuRequest)).RequestedName);
    }

    public void Dispose() => Environment.SetEnvironmentVariable(BackendChoice.EnvironmentVariable, _before);
}
