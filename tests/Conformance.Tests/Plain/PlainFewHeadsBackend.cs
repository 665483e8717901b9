namespace AttentionGen.Tests.Plain;

/// <summary>The plain backend for some numbers of heads alone, which no model has.</summary>
[AttentionBackend("PLAIN_FEW_HEADS")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = ElementTypes.Float32, QueryHeads = [6, 12], MaxQueryHeads = 12, GroupSizes = [2, 3], Types = Roles, Features = Features)]
internal sealed class PlainFewHeadsBackend : PlainAttentionBackend;
