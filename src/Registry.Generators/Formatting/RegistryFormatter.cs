namespace AttentionGen.Generators;

/// <summary>Prints the part of an application's registry that says what serves each name.</summary>
internal static class RegistryFormatter
{
    private const string PublicMembers = """
        /// <summary>The registry as an object, for run-time overrides, dependency injection and tools.</summary>
        public static global::AttentionGen.AttentionBackendRegistry Instance => s_instance;

        /// <summary>The registered backends, in ordinal order of their names.</summary>
        public static global::System.Collections.Immutable.ImmutableArray<global::AttentionGen.BackendDescriptor> Backends => s_instance.Backends;

        /// <inheritdoc cref="global::AttentionGen.AttentionBackendRegistry.TryGetDescriptor"/>
        public static bool TryGetDescriptor(
            global::System.ReadOnlySpan<char> name,
            [global::System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out global::AttentionGen.BackendDescriptor? descriptor) =>
            s_instance.TryGetDescriptor(name, out descriptor);

        /// <inheritdoc cref="global::AttentionGen.AttentionBackendRegistry.Resolve(global::AttentionGen.Backend)"/>
        public static global::AttentionGen.BackendResolution Resolve(global::AttentionGen.Backend backend) => s_instance.Resolve(backend);

        /// <inheritdoc cref="global::AttentionGen.AttentionBackendRegistry.Resolve(string)"/>
        public static global::AttentionGen.BackendResolution Resolve(string name) => s_instance.Resolve(name);

        /// <inheritdoc cref="global::AttentionGen.AttentionBackendRegistry.Create(global::AttentionGen.Backend)"/>
        public static global::AttentionGen.IAttentionBackend Create(global::AttentionGen.Backend backend) =>
            global::System.Threading.Volatile.Read(ref ClosedRegistry.s_overrideCount) == 0 ? CreateInTree(backend) : CreateByLookup(backend);

        /// <inheritdoc cref="global::AttentionGen.AttentionBackendRegistry.Create(string)"/>
        public static global::AttentionGen.IAttentionBackend Create(string name) => s_instance.Create(name);

        /// <inheritdoc cref="global::AttentionGen.AttentionBackendRegistry.GetShared(global::AttentionGen.Backend)"/>
        public static global::AttentionGen.IAttentionBackend GetShared(global::AttentionGen.Backend backend) => s_instance.GetShared(backend);

        /// <inheritdoc cref="global::AttentionGen.AttentionBackendRegistry.GetShared(string)"/>
        public static global::AttentionGen.IAttentionBackend GetShared(string name) => s_instance.GetShared(name);

        /// <inheritdoc cref="global::AttentionGen.AttentionBackendRegistry.Select"/>
        public static global::AttentionGen.Selection Select(
            global::AttentionGen.AttentionRequest request, global::AttentionGen.SelectionOptions? options = null) =>
            s_instance.Select(request, options);
        """;

    public static string Format(RegistryModel registry)
    {
        IndentedWriter writer = new();
        writer.WriteLine(GeneratedFile.Header);
        writer.Open($"namespace {registry.Namespace}");
        WriteSummary(writer, registry);
        writer.WriteLine(GeneratedFile.GeneratedCodeAttribute);
        writer.Open($"static partial class {WellKnownNames.RegistryClass}");
        writer.WriteLine("private static readonly ClosedRegistry s_instance = new();");
        writer.WriteLine();
        writer.WriteLine(PublicMembers);
        writer.WriteLine();
        WriteCreateInTree(writer, registry);
        writer.WriteLine();
        WriteClosedRegistry(writer, registry);
        writer.Close();
        writer.Close();
        return writer.ToString();
    }

    private static void WriteSummary(IndentedWriter writer, RegistryModel registry)
    {
        string names = registry.Entries.IsEmpty
            ? "none"
            : string.Join(", ", registry.Entries.Select(static entry => entry.Registration.Name));
        writer.WriteLine($"""
            /// <summary>The attention backends of this application, found when it was built: {names}.</summary>
            /// <remarks>
            /// Internal, unless a part of this class of your own says <c>public</c>. Run-time overrides are set on
            /// <see cref="Instance"/>.
            /// </remarks>
            """);
    }

    // Create ends in a call of one of the two, and CreateByLookup is kept out of line: its frame and its load of the static
    // instance would cost every call about as much as the switch does.
    private static void WriteCreateInTree(IndentedWriter writer, RegistryModel registry)
    {
        writer.Open("private static global::AttentionGen.IAttentionBackend CreateInTree(global::AttentionGen.Backend backend) => backend switch");
        foreach (RegistryEntry entry in registry.InTreeEntries)
        {
            string member = Identifier.Escape(registry.InTree[entry.Place].Member);
            writer.WriteLine($"global::AttentionGen.Backend.{member} => {ManifestCall("Create", entry)},");
        }

        writer.WriteLine("_ => CreateByLookup(backend),");
        writer.Close("};");
        writer.WriteLine();
        writer.WriteLine("[global::System.Runtime.CompilerServices.MethodImpl(global::System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]");
        writer.WriteLine("private static global::AttentionGen.IAttentionBackend CreateByLookup(global::AttentionGen.Backend backend) => s_instance.Create(backend);");
    }

    private static void WriteClosedRegistry(IndentedWriter writer, RegistryModel registry)
    {
        writer.Open("private sealed class ClosedRegistry() : global::AttentionGen.AttentionBackendRegistry", "(");
        writer.Open("names:", "[");
        foreach (string name in registry.Names)
            writer.WriteLine($"\"{name}\",");

        writer.Close("],");
        writer.Open("backends:", "[");
        foreach (RegistryEntry entry in registry.Entries)
            writer.WriteLine($"{ManifestCall("Describe", entry)},");

        writer.Close("]");
        writer.Close(")");
        writer.OpenBlock();
        writer.WriteLine("public static int s_overrideCount;");
        writer.WriteLine();
        writer.WriteLine("protected override ref int OverrideCount => ref s_overrideCount;");
        writer.WriteLine();
        writer.WriteLine("public override int IndexOf(global::System.ReadOnlySpan<char> name) => PlaceOf(name);");
        writer.WriteLine();
        WriteDescribe(writer, registry);
        writer.WriteLine();
        WriteCreateRegistered(writer, registry);
        writer.Close();
    }

    private static void WriteDescribe(IndentedWriter writer, RegistryModel registry)
    {
        writer.Open("protected override global::AttentionGen.BackendDescriptor? Describe(int index) => index switch");
        for (int order = 0; order < registry.Entries.Count; order++)
            writer.WriteLine($"{registry.Entries[order].Place} => Backends[{order}],");

        writer.WriteLine("_ => null,");
        writer.Close("};");
    }

    private static void WriteCreateRegistered(IndentedWriter writer, RegistryModel registry)
    {
        writer.Open("protected override global::AttentionGen.IAttentionBackend? CreateRegistered(int index) => index switch");
        foreach (RegistryEntry entry in registry.OtherEntries)
            writer.WriteLine($"{entry.Place} => {ManifestCall("Create", entry)},");

        string inTreePlaces = string.Join(" or ", registry.InTreeEntries.Select(static entry => entry.Place));
        if (inTreePlaces.Length > 0)
            writer.WriteLine($"{inTreePlaces} => CreateInTree((global::AttentionGen.Backend)index),");

        writer.WriteLine("_ => null,");
        writer.Close("};");
    }

    private static string ManifestCall(string verb, RegistryEntry entry) =>
        $"global::{entry.Registration.Manifest}.{verb}{entry.Registration.Member}()";
}
