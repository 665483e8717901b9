namespace AttentionGen.Tests.Examples;

public sealed class AttentionOptions
{
    public string? Backend { get; set; }

    public string Device { get; set; } = "cpu";
}
