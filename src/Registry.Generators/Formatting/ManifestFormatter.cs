using Microsoft.CodeAnalysis.CSharp;

namespace AttentionGen.Generators;

/// <summary>Prints the manifest of an assembly: a factory and a descriptor for each backend, and the attributes that list them.</summary>
internal static class ManifestFormatter
{
    public static string Format(ManifestModel manifest)
    {
        IndentedWriter writer = new();
        writer.WriteLine(GeneratedFile.Header);
        writer.WriteLine("#pragma warning disable CS0612, CS0618 // A class may be obsolete and still be registered.");
        writer.WriteLine();
        foreach (ManifestEntry entry in manifest.Entries)
            WriteRegistration(writer, manifest, entry);

        writer.WriteLine();
        writer.Open($"namespace {Identifier.Escape(manifest.Namespace)}");
        writer.WriteLine("/// <summary>The attention backends of this assembly, for the registry that an application generates.</summary>");
        writer.WriteLine(GeneratedFile.GeneratedCodeAttribute);
        writer.WriteLine("[global::System.ComponentModel.EditorBrowsable(global::System.ComponentModel.EditorBrowsableState.Never)]");
        writer.Open($"public static class {WellKnownNames.ManifestClass}");
        bool first = true;
        foreach (ManifestEntry entry in manifest.Entries)
        {
            if (!first)
                writer.WriteLine();

            first = false;
            WriteFactory(writer, entry);
            writer.WriteLine();
            WriteDescriptor(writer, manifest, entry);
        }

        writer.Close();
        writer.Close();
        return writer.ToString();
    }

    private static void WriteRegistration(IndentedWriter writer, ManifestModel manifest, ManifestEntry entry)
    {
        string arguments = string.Join(
            ", ",
            WellKnownNames.ManifestVersion,
            Quote(entry.Backend.Name),
            Quote(entry.Backend.TypeName),
            Quote(Identifier.Escape(manifest.FullName)),
            Quote(entry.Member),
            entry.Backend.IsOverride ? "true" : "false");
        writer.WriteLine($"[assembly: global::AttentionGen.RegisteredAttentionBackend({arguments})]");
    }

    private static void WriteFactory(IndentedWriter writer, ManifestEntry entry)
    {
        writer.WriteLine($"/// <summary>Makes a new instance of the backend {entry.Backend.Name}.</summary>");
        string instance = $"new global::{Identifier.Escape(entry.Backend.TypeName)}();";
        if (!entry.Backend.TakesDescriptor)
        {
            writer.WriteLine($"public static global::AttentionGen.IAttentionBackend Create{entry.Member}() => {instance}");
            return;
        }

        writer.Open($"public static global::AttentionGen.IAttentionBackend Create{entry.Member}()");
        writer.WriteLine($"global::AttentionGen.IAttentionBackend backend = {instance}");
        writer.WriteLine($"backend.{WellKnownNames.AttachMethod}({DescriptorField(entry)});");
        writer.WriteLine("return backend;");
        writer.Close();
    }

    private static void WriteDescriptor(IndentedWriter writer, ManifestModel manifest, ManifestEntry entry)
    {
        BackendModel backend = entry.Backend;
        writer.WriteLine($"/// <summary>What the class of the backend {backend.Name} declares.</summary>");
        writer.WriteLine($"public static global::AttentionGen.BackendDescriptor Describe{entry.Member}() => {DescriptorField(entry)};");
        writer.WriteLine();
        writer.Open($"private static readonly global::AttentionGen.BackendDescriptor {DescriptorField(entry)} = new()");
        writer.WriteLine($"Name = {Quote(backend.Name)},");
        if (backend.InTreeMember is { } member)
            writer.WriteLine($"Known = global::AttentionGen.Backend.{Identifier.Escape(member)},");

        writer.WriteLine($"TypeName = {Quote(backend.TypeName)},");
        writer.WriteLine($"AssemblyName = {Quote(manifest.AssemblyName)},");
        if (backend.IsOverride)
            writer.WriteLine("IsOverride = true,");

        if (!backend.Supports.IsEmpty)
            WriteSupports(writer, backend.Supports);

        writer.Close("};");
    }

    private static void WriteSupports(IndentedWriter writer, EquatableArray<SupportModel> supports)
    {
        writer.Open("Supports =", "[");
        foreach (SupportModel support in supports)
        {
            writer.Open("new()");
            writer.WriteLine($"Device = {support.Device},");
            foreach (PropertyModel property in support.Properties)
                writer.WriteLine($"{property.Name} = {property.Value},");

            writer.Close("},");
        }

        writer.Close("],");
    }

    private static string DescriptorField(ManifestEntry entry) => $"s_{char.ToLowerInvariant(entry.Member[0])}{entry.Member.Substring(1)}";

    private static string Quote(string text) => SymbolDisplay.FormatLiteral(text, quote: true);
}
