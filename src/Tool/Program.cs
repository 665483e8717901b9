using AttentionGen;
using AttentionGen.CommandLine;

return AttentionCommandLine.Run(AttentionRegistry.Instance, args);
