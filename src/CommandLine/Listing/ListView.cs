using System.Collections.Immutable;
using AttentionGen.CommandLine.Output;
using Spectre.Console;

namespace AttentionGen.CommandLine.Listing;

/// <summary>A list as text: what serves each name, what each class declares, and the names without a class.</summary>
internal static class ListView
{
    public static void Write(ListReport report, AttentionBackendRegistry registry, IAnsiConsole console)
    {
        ListedName[] served = [.. report.Names.Where(static name => name.Service != BackendService.None)];
        if (served.Length == 0)
            console.WriteParagraph("No backend is registered. Reference a package that brings one, for example AttentionGen.Backends.");
        else
            WriteServed(served, report.Device, console);

        WriteCapabilities([.. report.Names.Select(name => registry.Resolve(name.Name).Descriptor).OfType<BackendDescriptor>()], console);
        ListedName[] unserved = [.. report.Names.Where(static name => name.Service == BackendService.None)];
        if (unserved.Length > 0)
            WriteUnserved(unserved, console);
        if (report.Vllm is { } vllm)
            WriteVllm(vllm, console);
        foreach (string note in report.Notes)
            console.WriteParagraph($"note: {note}");
    }

    private static void WriteServed(ListedName[] served, string? device, IAnsiConsole console)
    {
        console.WriteParagraph($"Registered backends{(device is null ? "" : $", on {device}")}", Blocks.Headline);
        Table table = Blocks.Table("name", "class", "package", "devices", "state");
        table.Columns[0].NoWrap();
        table.Columns[2].NoWrap();
        table.Columns[4].NoWrap();
        foreach (ListedName name in served)
        {
            table.AddRow(
                new Text(name.Name, new Style(Color.Aqua)),
                new Text(ClassOf(name)),
                new Text(name.AssemblyName ?? "?"),
                new Text(name.Supports.IsEmpty ? "none declared" : string.Join(", ", name.Supports.Select(static support => support.Device.ToString().ToLowerInvariant()))),
                State(name));
        }

        console.WriteBlock(table);
        foreach (ListedName name in served)
        {
            if ((name.Problem ?? name.Detail) is { } text)
                console.WriteParagraph($"{name.Name}: {text}");
        }
    }

    private static string ClassOf(ListedName name)
    {
        string type = name.TypeName is { } full ? full[(full.LastIndexOf('.') + 1)..] : "a factory";
        return name.Service switch
        {
            BackendService.BuildTimeOverride => $"{type}, in place of another assembly's",
            BackendService.RunTimeOverride => $"{type}, set at run time",
            _ => type,
        };
    }

    private static Text State(ListedName name)
    {
        string state = $"{name.State}".ToLowerInvariant();
        return name.Problem is null
            ? new Text(state, new Style(name.State == AvailabilityState.Declared ? Color.Default : Color.Green))
            : new Text($"{state}, fails", new Style(Color.Red));
    }

    private static void WriteCapabilities(ImmutableArray<BackendDescriptor> backends, IAnsiConsole console)
    {
        BackendDescriptor[] declaring = [.. backends.Where(static backend => !backend.Supports.IsEmpty)];
        if (declaring.Length == 0)
            return;

        console.WriteLine();
        console.WriteParagraph("What they declare", Blocks.Headline);
        Table table = Blocks.Table("name", "device", "declares");
        table.Columns[0].NoWrap();
        table.Columns[1].NoWrap();
        foreach (BackendDescriptor backend in declaring)
        {
            bool first = true;
            foreach (BackendSupport support in backend.Supports)
            {
                table.AddRow(new Text(first ? backend.Name : "", new Style(Color.Aqua)), new Text(CapabilityWords.Device(support)), new Text(Declared(support)));
                first = false;
            }
        }

        console.WriteBlock(table);
    }

    private static string Declared(BackendSupport support)
    {
        string cache = support.CacheElementTypes == ElementTypes.None ? "" : $"; cache also {CapabilityWords.Joined(support.CacheElementTypes, "none")}";
        List<string> lines =
        [
            CapabilityWords.Joined(support.ElementTypes, "no type") + cache,
            CapabilityWords.Joined(support.Types, "no role"),
        ];
        if (string.Join("; ", Limits(support)) is { Length: > 0 } limits)
            lines.Add(limits);
        if (support.Features != AttentionFeatures.None)
            lines.Add(CapabilityWords.Joined(support.Features, "none"));
        return string.Join('\n', lines);
    }

    private static IEnumerable<string> Limits(BackendSupport support)
    {
        string heads = CapabilityWords.Sizes(support.HeadSizes, support.MinHeadSize, support.MaxHeadSize, support.HeadSizeMultipleOf);
        string pages = CapabilityWords.Sizes(support.PageSizes, 1, int.MaxValue, support.PageSizeMultipleOf);
        string queryHeads = CapabilityWords.Sizes(support.QueryHeads, 1, support.MaxQueryHeads, 1);
        if (support.Form != AttentionForm.MultiHead)
            yield return support.Form.ToString();
        if (heads != "any")
            yield return $"head size {heads}";
        if (pages != "any")
            yield return $"page size {pages}";
        if (queryHeads != "any")
            yield return $"query heads {queryHeads}";
        if (!support.GroupSizes.IsEmpty)
            yield return $"query heads for each KV head {string.Join(", ", support.GroupSizes)}";
        if (support.GraphCapture != GraphCaptureLevel.Never)
            yield return $"CUDA graphs {support.GraphCapture}";
    }

    private static void WriteUnserved(ListedName[] unserved, IAnsiConsole console)
    {
        console.WriteLine();
        console.WriteParagraph("In-tree names without an implementation", Blocks.Headline);
        Table table = Blocks.Table("name", "why");
        table.Columns[0].NoWrap();
        foreach (ListedName name in unserved)
            table.AddRow(new Text(name.Name), new Text(name.Reason ?? ""));
        console.WriteBlock(table);
    }

    private static void WriteVllm(ImmutableArray<ListedVllmBackend> backends, IAnsiConsole console)
    {
        console.WriteLine();
        console.WriteParagraph("vLLM's capability sets of the in-tree names", Blocks.Headline);
        Table table = Blocks.Table("name", "device", "can");
        table.Columns[0].NoWrap();
        foreach (ListedVllmBackend backend in backends)
            table.AddRow(new Text(backend.Name, new Style(Color.Aqua)), new Text(string.Join('\n', backend.Devices)), new Text(string.Join('\n', backend.InWords())));
        console.WriteBlock(table);
    }
}
