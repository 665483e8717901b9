namespace AttentionGen.Tests;

/// <summary>The packed tool, from installing it to what it prints.</summary>
public sealed class ToolTests(PackedPackages packages) : IDisposable
{
    private readonly ProgramFolder _folder = new(environment: packages.ConsumerEnvironment);

    [Fact]
    public async Task Installs_lists_and_explains()
    {
        // The feed alone: the tool's package has all that it needs.
        await File.WriteAllTextAsync(_folder.PathOf("nuget.config"), $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="feed" value="{packages.Feed}" />
              </packageSources>
            </configuration>
            """, TestContext.Current.CancellationToken);
        await _folder.RunAsync("dotnet", "tool", "install", "AttentionGen.Tool", "--version", packages.Version,
            "--tool-path", _folder.PathOf("tools"), "--configfile", _folder.PathOf("nuget.config"));
        string attn = _folder.PathOf("tools", OperatingSystem.IsWindows() ? "attn.exe" : "attn");

        string[] list = await _folder.RunAsync(attn, "list");
        Assert.Contains(list, static line => line.StartsWith("  TORCH_SDPA       TorchSdpaBackend ", StringComparison.Ordinal));
        string[] explained = await _folder.RunAsync(attn, "explain", "--device", "cuda:9.0");
        Assert.Contains(explained, static line => line.StartsWith("FLASH_ATTN: the best-ranked backend", StringComparison.Ordinal));
        Assert.StartsWith(packages.Version, Assert.Single(await _folder.RunAsync(attn, "--version")), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
