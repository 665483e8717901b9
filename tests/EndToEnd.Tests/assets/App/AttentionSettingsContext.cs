using System.Text.Json.Serialization;

namespace App;

/// <summary>Serialization without reflection.</summary>
[JsonSerializable(typeof(AttentionSettings))]
internal sealed partial class AttentionSettingsContext : JsonSerializerContext;
