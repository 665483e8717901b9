using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using NuGet.Packaging;
using NuGet.Packaging.Core;
using NuGet.Versioning;

namespace AttentionGen.Tests;

/// <summary>What is in the packages, and nothing else.</summary>
public sealed class PackageContentTests(PackedPackages packages)
{
    [Fact]
    public void AttentionGen_carries_the_library_its_properties_and_the_analyzers() => Assert.Equal(
        [
            "README.md",
            "analyzers/dotnet/cs/AttentionGen.CodeFixes.dll",
            "analyzers/dotnet/cs/AttentionGen.Generators.dll",
            "build/AttentionGen.props",
            "build/AttentionGen.targets",
            "buildTransitive/AttentionGen.props",
            "buildTransitive/AttentionGen.targets",
            "lib/net10.0/AttentionGen.dll",
            "lib/net10.0/AttentionGen.xml",
        ],
        FilesIn("AttentionGen"));

    [Fact]
    public void Backends_carries_the_library_alone() => Assert.Equal(
        ["README.md", "lib/net10.0/AttentionGen.Backends.dll", "lib/net10.0/AttentionGen.Backends.xml"],
        FilesIn("AttentionGen.Backends"));

    [Fact]
    public void Conformance_carries_the_library_alone() => Assert.Equal(
        ["README.md", "lib/net10.0/AttentionGen.Conformance.dll", "lib/net10.0/AttentionGen.Conformance.xml"],
        FilesIn("AttentionGen.Conformance"));

    [Fact]
    public void Hosting_carries_the_library_alone() => Assert.Equal(
        ["README.md", "lib/net10.0/AttentionGen.Hosting.dll", "lib/net10.0/AttentionGen.Hosting.xml"],
        FilesIn("AttentionGen.Hosting"));

    [Fact]
    public void CommandLine_carries_the_library_alone() => Assert.Equal(
        ["README.md", "lib/net10.0/AttentionGen.CommandLine.dll", "lib/net10.0/AttentionGen.CommandLine.xml"],
        FilesIn("AttentionGen.CommandLine"));

    [Fact]
    public void Tool_carries_the_program_and_no_libtorch()
    {
        string[] files = FilesIn("AttentionGen.Tool");
        Assert.Contains(files, static file => file.EndsWith("/attn.dll", StringComparison.Ordinal));
        Assert.Contains(files, static file => file.EndsWith("/runtimes/linux-x64/native/libSkiaSharp.so", StringComparison.Ordinal));
        Assert.DoesNotContain(files, static file => file.Contains("torch_cpu", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("AttentionGen")]
    [InlineData("AttentionGen.Backends")]
    [InlineData("AttentionGen.Conformance")]
    [InlineData("AttentionGen.Hosting")]
    [InlineData("AttentionGen.CommandLine")]
    public void Symbols_are_a_package_of_their_own(string id) =>
        Assert.Equal([$"lib/net10.0/{id}.pdb"], FilesIn(id, "snupkg"));

    [Theory]
    [InlineData("AttentionGen")]
    [InlineData("AttentionGen.Backends")]
    [InlineData("AttentionGen.Conformance")]
    [InlineData("AttentionGen.Hosting")]
    [InlineData("AttentionGen.CommandLine")]
    [InlineData("AttentionGen.Tool")]
    [InlineData("AttentionGen.Templates")]
    public void Says_what_it_is_and_where_it_comes_from(string id)
    {
        using PackageArchiveReader package = new(packages.PathOf(id));
        NuspecReader nuspec = package.NuspecReader;

        Assert.Equal(id, nuspec.GetId());
        Assert.Equal(packages.Version, nuspec.GetVersion().ToNormalizedString());
        Assert.Equal("MIT", nuspec.GetLicenseMetadata()?.License);
        Assert.Equal("README.md", nuspec.GetReadme());
        Assert.Equal("https://github.com/attentiongen/attentiongen", nuspec.GetRepositoryMetadata().Url);
        Assert.NotEmpty(nuspec.GetDescription());
        if (Path.Exists(Path.Combine(PackedPackages.RepositoryRoot, ".git")))
            Assert.Matches("^[0-9a-f]{40}$", nuspec.GetRepositoryMetadata().Commit);
    }

    [Fact]
    public void AttentionGen_depends_on_nothing()
    {
        using PackageArchiveReader package = new(packages.PathOf("AttentionGen"));

        PackageDependencyGroup group = Assert.Single(package.GetPackageDependencies());
        Assert.Empty(group.Packages);
    }

    [Fact]
    public void Backends_passes_on_all_of_AttentionGen()
    {
        using PackageArchiveReader package = new(packages.PathOf("AttentionGen.Backends"));

        PackageDependencyGroup group = Assert.Single(package.GetPackageDependencies());
        PackageDependency registry = Assert.Single(group.Packages, static dependency => dependency.Id == "AttentionGen");
        Assert.Equal(NuGetVersion.Parse(packages.Version), registry.VersionRange.MinVersion);
        Assert.DoesNotContain("Analyzers", registry.Exclude);
        Assert.Contains(group.Packages, static dependency => dependency.Id == "TorchSharp");
    }

    [Fact]
    public void Conformance_passes_on_all_of_Backends()
    {
        using PackageArchiveReader package = new(packages.PathOf("AttentionGen.Conformance"));

        PackageDependencyGroup group = Assert.Single(package.GetPackageDependencies());
        PackageDependency backends = Assert.Single(group.Packages, static dependency => dependency.Id == "AttentionGen.Backends");
        Assert.Equal(NuGetVersion.Parse(packages.Version), backends.VersionRange.MinVersion);
        Assert.DoesNotContain("Analyzers", backends.Exclude);
    }

    [Fact]
    public void Hosting_passes_on_all_of_Backends()
    {
        using PackageArchiveReader package = new(packages.PathOf("AttentionGen.Hosting"));

        PackageDependencyGroup group = Assert.Single(package.GetPackageDependencies());
        PackageDependency backends = Assert.Single(group.Packages, static dependency => dependency.Id == "AttentionGen.Backends");
        Assert.DoesNotContain("Analyzers", backends.Exclude);
        Assert.Contains(group.Packages, static dependency => dependency.Id == "Microsoft.Extensions.DependencyInjection.Abstractions");
    }

    [Fact]
    public void Backends_has_its_manifest()
    {
        using PEReader assembly = Read("AttentionGen.Backends", "lib/net10.0/AttentionGen.Backends.dll");
        MetadataReader metadata = assembly.GetMetadataReader();

        Assert.Contains(metadata.TypeDefinitions, handle => metadata.GetString(metadata.GetTypeDefinition(handle).Name) == "AttentionBackendManifest");
        Assert.Contains("RegisteredAttentionBackendAttribute", metadata.GetAssemblyDefinition().GetCustomAttributes().Select(handle => NameOf(metadata, handle)));
    }

    [Theory]
    [InlineData("AttentionGen.Generators", "")]
    [InlineData("AttentionGen.CodeFixes", "AttentionGen.Generators,Microsoft.CodeAnalysis.CSharp.Workspaces,Microsoft.CodeAnalysis.Workspaces,System.Composition.AttributedModel")]
    public void Analyzers_need_only_what_a_compiler_or_an_editor_has(string name, string more)
    {
        string[] allowed = ["netstandard", "Microsoft.CodeAnalysis", "Microsoft.CodeAnalysis.CSharp", "System.Collections.Immutable", "System.Memory", .. more.Split(',')];
        using PEReader assembly = Read("AttentionGen", $"analyzers/dotnet/cs/{name}.dll");
        MetadataReader metadata = assembly.GetMetadataReader();

        Assert.All(metadata.AssemblyReferences, handle => Assert.Contains(metadata.GetString(metadata.GetAssemblyReference(handle).Name), allowed));
    }

    [Theory]
    [InlineData("AttentionGen")]
    [InlineData("AttentionGen.Backends")]
    [InlineData("AttentionGen.Conformance")]
    [InlineData("AttentionGen.Hosting")]
    [InlineData("AttentionGen.CommandLine")]
    public void Symbols_are_portable_and_those_of_the_library(string id)
    {
        using PEReader assembly = Read(id, $"lib/net10.0/{id}.dll");
        using PackageArchiveReader symbols = new(packages.PathOf(id, "snupkg"));
        using MetadataReaderProvider provider = MetadataReaderProvider.FromPortablePdbStream(Copy(symbols, $"lib/net10.0/{id}.pdb"));
        MetadataReader reader = provider.GetMetadataReader();

        DebugDirectoryEntry entry = assembly.ReadDebugDirectory().Single(static entry => entry.Type == DebugDirectoryEntryType.CodeView);
        Guid expected = assembly.ReadCodeViewDebugDirectoryData(entry).Guid;
        Assert.Equal(expected, new BlobContentId(reader.DebugMetadataHeader!.Id).Guid);
        AssertNoPathsOfThisMachine(reader);
    }

    [Theory]
    [InlineData("AttentionGen.Generators")]
    [InlineData("AttentionGen.CodeFixes")]
    public void Analyzers_have_their_symbols_inside(string name)
    {
        using PEReader assembly = Read("AttentionGen", $"analyzers/dotnet/cs/{name}.dll");

        DebugDirectoryEntry entry = assembly.ReadDebugDirectory().Single(static entry => entry.Type == DebugDirectoryEntryType.EmbeddedPortablePdb);
        using MetadataReaderProvider provider = assembly.ReadEmbeddedPortablePdbDebugDirectoryData(entry);
        AssertNoPathsOfThisMachine(provider.GetMetadataReader());
    }

    private static void AssertNoPathsOfThisMachine(MetadataReader symbols)
    {
        string[] documents = [.. symbols.Documents.Select(handle => symbols.GetString(symbols.GetDocument(handle).Name))];
        Assert.NotEmpty(documents);
        if (Path.Exists(Path.Combine(PackedPackages.RepositoryRoot, ".git")))
            Assert.All(documents, static document => Assert.StartsWith("/_", document, StringComparison.Ordinal));
    }

    private static string NameOf(MetadataReader metadata, CustomAttributeHandle handle)
    {
        EntityHandle constructor = metadata.GetCustomAttribute(handle).Constructor;
        if (constructor.Kind != HandleKind.MemberReference)
            return "";

        EntityHandle type = metadata.GetMemberReference((MemberReferenceHandle)constructor).Parent;
        return metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)type).Name);
    }

    /// <summary>The files of a package but those that every package has: the manifest, the signature and OPC's own.</summary>
    private string[] FilesIn(string id, string extension = "nupkg")
    {
        using PackageArchiveReader package = new(packages.PathOf(id, extension));
        return
        [
            .. package.GetFiles()
                .Where(static file => file is not "[Content_Types].xml" && !file.StartsWith("_rels/", StringComparison.Ordinal)
                    && !file.StartsWith("package/", StringComparison.Ordinal) && !file.EndsWith(".nuspec", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];
    }

    private PEReader Read(string id, string path)
    {
        using PackageArchiveReader package = new(packages.PathOf(id));
        return new PEReader(Copy(package, path));
    }

    private static MemoryStream Copy(PackageArchiveReader package, string path)
    {
        using Stream stream = package.GetStream(path);
        MemoryStream copy = new();
        stream.CopyTo(copy);
        copy.Position = 0;
        return copy;
    }
}
