using System.Text.Json.Serialization;

namespace AttentionGen.Tests.Examples;

public sealed record ServerSettings(Backend? Backend, AttentionDevice Device);

[JsonSerializable(typeof(ServerSettings))]
internal sealed partial class ServerJsonContext : JsonSerializerContext;
