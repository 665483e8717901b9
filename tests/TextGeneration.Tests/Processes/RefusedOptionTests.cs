namespace TextGeneration.Tests.Processes;

/// <summary>What the program says of options, prompts and surroundings that it cannot use.</summary>
public sealed class RefusedOptionTests
{
    [Theory]
    [InlineData("FLASH_ATNN", "'FLASH_ATNN' is not the name of an attention backend", "Did you mean 'FLASH_ATTN'?", "TORCH_SDPA")]
    [InlineData("torch_sdp", "'torch_sdp' is not the name of an attention backend", "Did you mean 'TORCH_SDPA'?", "Registered: ")]
    [InlineData("zzz", "'zzz' is not the name of an attention backend", "Registered: ", "TORCH_SDPA")]
    [InlineData("FLASHMLA", "FLASHMLA", "TORCH_SDPA")]
    public void Backends_that_do_not_serve(string name, params string[] parts) =>
        ProgramProcess.Run(["add 1 2", "--backend", name]).AssertRefused(parts);

    [Fact]
    public void A_backend_named_by_the_environment() =>
        ProgramProcess.Run(["add 1 2"], "", ("ATTENTION_BACKEND", "no_such_thing")).AssertRefused("'no_such_thing'", "TORCH_SDPA");

    [Theory]
    [InlineData("--device", "banana", "'banana'", "cpu, cuda, cuda:INDEX")]
    [InlineData("--device", "cuda:-1", "'cuda:-1'", "cpu, cuda, cuda:INDEX")]
    [InlineData("--dtype", "int8", "'int8'", "float32, bfloat16, float16")]
    [InlineData("--max-tokens", "0", "--max-tokens is 0", "at least 1")]
    [InlineData("--max-tokens", "many", "many")]
    [InlineData("--max-tokens", "99999999999", "99999999999")]
    [InlineData("--temperature", "warm", "warm")]
    [InlineData("--max-batch", "-3", "--max-batch is -3", "at least 1")]
    [InlineData("--threads", "0", "--threads is 0", "at least 1")]
    [InlineData("--threads", "two", "two")]
    [InlineData("--page-size", "0", "--page-size is 0", "at least 1")]
    [InlineData("--page-size", "2147483647", "--page-size is 2147483647", "512")]
    [InlineData("--temperature", "-1", "--temperature is -1")]
    [InlineData("--temperature", "NaN", "--temperature is NaN")]
    [InlineData("--temperature", "infinity", "--temperature")]
    [InlineData("--seed", "1e99", "1e99")]
    [InlineData("--cuda-graph", "maybe", "--cuda-graph is 'maybe'", "auto, on, off")]
    [InlineData("--cuda-graph", "on", "--cuda-graph on", "cpu", "--device cuda")]
    [InlineData("--bananas", "3", "'--bananas' is not an option", "put -- before")]
    public void Options(string option, string value, params string[] parts) =>
        ProgramProcess.Run(["add 1 2", option, value]).AssertRefused(parts);

    [Fact]
    public void An_option_without_its_value() => ProgramProcess.Run(["add 1 2", "--model"]).AssertRefused("--model");

    [Fact]
    public void No_prompt() => ProgramProcess.Run([]).AssertRefused("There is no prompt");

    [Theory]
    [InlineData("", "Prompt 1 of 1 is empty")]
    [InlineData("  ", "Prompt 1 of 1 is empty")]
    public void An_empty_prompt(string prompt, string part) => ProgramProcess.Run([prompt]).AssertRefused(part);

    [Theory]
    [InlineData("[add 1 2]")]
    [InlineData("[suggest]")]
    public void A_directive(string prompt) => ProgramProcess.Run([prompt]).AssertRefused($"'{prompt}'", "put -- before");

    [Fact]
    public void An_empty_line_among_the_prompts() => ProgramProcess.Run([], "add 1 2\n\nadd 3 4\n").AssertRefused("Prompt 2 of 3 is empty");

    [Fact]
    public void A_prompt_longer_than_the_context() =>
        ProgramProcess.Run(["add 1 2", new string('x', 510)]).AssertRefused("Prompt 2 of 2 has 512 tokens", "context is 512 tokens");

    [Fact]
    public void A_GPU_that_is_not_there()
    {
        Assert.SkipWhen(AttentionGen.Libtorch.LibtorchRuntime.CudaDeviceCount > 0, "This machine has a GPU.");
        ProgramProcess.Run(["add 1 2", "--device", "cuda"]).AssertRefused("CUDA was asked for", "Kind.Cpu");
    }

    [Fact]
    public void A_folder_without_libtorch()
    {
        using ModelFolder empty = new();
        ProgramProcess.Run(["add 1 2"], "", ("ATTENTION_LIBTORCH", empty.Path)).AssertRefused(empty.Path, "ATTENTION_LIBTORCH", "does not hold libtorch");
    }
}
