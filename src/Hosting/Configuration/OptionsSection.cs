using Microsoft.Extensions.Configuration;

namespace AttentionGen.Hosting;

/// <summary>A section of the configuration that options were bound from, kept to look for keys that are no option's.</summary>
internal sealed record OptionsSection(IConfigurationSection Configuration);
