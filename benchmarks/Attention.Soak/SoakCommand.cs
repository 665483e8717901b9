using System.CommandLine;

namespace AttentionGen.Soak;

/// <summary>The command line.</summary>
internal sealed class SoakCommand : RootCommand
{
    private readonly Option<string> _device = new("--device") { Description = "cpu, cuda or cuda:INDEX.", DefaultValueFactory = static _ => "cpu" };
    private readonly Option<string?> _backend = new("--backend") { Description = "The backend's name; left out, the selector chooses." };
    private readonly Option<ElementType> _type = new("--type") { Description = "The element type.", DefaultValueFactory = static _ => ElementType.Float32 };
    private readonly Option<int> _steps = new("--steps") { Description = "The number of steps.", DefaultValueFactory = static _ => 200_000 };
    private readonly Option<int> _seed = new("--seed") { Description = "The seed of arrivals and lengths.", DefaultValueFactory = static _ => 1 };
    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON document instead of text." };

    public SoakCommand()
        : base("Runs attention steps over one cache, with requests that come and go, and fails where memory grows, a page is lost or an output is wrong.")
    {
        _device.Validators.Add(result =>
        {
            if (!AttentionDevice.TryParse(result.GetValueOrDefault<string>(), null, out _))
                result.AddError($"--device: '{result.GetValueOrDefault<string>()}' is not a device. Accepted: cpu, cuda, cuda:INDEX.");
        });
        foreach (Option option in (Option[])[_device, _backend, _type, _steps, _seed, _json])
            Add(option);
    }

    public SoakOptions Read(ParseResult result) => new()
    {
        Device = AttentionDevice.Parse(result.GetValue(_device)!),
        Backend = result.GetValue(_backend),
        ElementType = result.GetValue(_type),
        Steps = result.GetValue(_steps),
        Seed = result.GetValue(_seed),
        Json = result.GetValue(_json),
    };
}
