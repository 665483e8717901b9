using AttentionGen.CommandLine;
using AttentionGen.Tool;

return AttentionCommandLine.Run(AttentionRegistry.Instance, args);
