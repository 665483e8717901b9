using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using AttentionGen.Libtorch;
using Xunit;

namespace AttentionGen.Tests.Libtorch;

public sealed class ElfRemedyTests
{
    private const string Symbol = "_ZSt21ios_base_library_initv";

    private static readonly string s_source = Path.Combine(
        AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");

    [Fact]
    public void The_real_library_needs_the_newer_runtime_for_one_symbol()
    {
        ElfLibrary library = new(Original());

        ElfVersionNeed need = Assert.Single(library.VersionNeeds(), need => need.Name == "GLIBCXX_3.4.32");
        Assert.Equal("libstdc++.so.6", need.Library);
        Assert.Equal(0, need.Flags);
        Assert.Equal(Symbol, Assert.Single(library.SymbolsOfVersion(need.Index)).Name);
    }

    [Fact]
    public void The_remedy_makes_the_need_weak_and_leaves_every_other_byte()
    {
        byte[] original = Original(), remedied = LibstdcxxRemedy.Apply(original);

        ElfLibrary library = new(remedied);
        ElfVersionNeed need = Assert.Single(library.VersionNeeds(), need => need.Name == "GLIBCXX_3.4.32");
        Assert.Equal(ElfVersionNeed.Weak, need.Flags);
        Assert.Empty(library.SymbolsOfVersion(need.Index));
        Assert.Equal(original.Length, remedied.Length);

        // The flags are two bytes, the symbol's name four, its version two.
        int changed = original.Zip(remedied).Count(pair => pair.First != pair.Second);
        Assert.InRange(changed, 3, 8);
    }

    [Fact]
    public void The_systems_readelf_sees_the_same()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/readelf"), "Needs binutils' readelf.");
        string folder = Directory.CreateTempSubdirectory("remedy-").FullName;
        try
        {
            string path = Path.Combine(folder, "remedied.so");
            File.WriteAllBytes(path, LibstdcxxRemedy.Apply(Original()));

            string before = ReadElf("-VW", s_source), after = ReadElf("-VW", path);
            Assert.Contains("Name: GLIBCXX_3.4.32  Flags: none", before, StringComparison.Ordinal);
            Assert.Contains("Name: GLIBCXX_3.4.32  Flags: WEAK", after, StringComparison.Ordinal);
            Assert.Contains(Symbol, ReadElf("--dyn-syms", "-W", s_source), StringComparison.Ordinal);
            Assert.DoesNotContain(Symbol, ReadElf("--dyn-syms", "-W", path), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_source_is_never_written_and_what_was_loaded_is_reported()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64, "Needs Linux on x64.");
        byte[] before = Original();
        LibtorchInstallation installation = LibtorchRuntime.Load();

        Assert.Equal(before, Original());
        Assert.Equal(installation.RemedyApplied, installation.TorchSharpLibrary != installation.TorchSharpSource);
        Assert.True(File.Exists(installation.TorchSharpLibrary));
        if (installation.RemedyApplied)
            Assert.Equal(LibstdcxxRemedy.Apply(File.ReadAllBytes(installation.TorchSharpSource)), File.ReadAllBytes(installation.TorchSharpLibrary));
    }

    [Fact]
    public void A_remedied_file_is_not_remedied_again() =>
        Assert.Throws<ElfFormatException>(() => LibstdcxxRemedy.Apply(LibstdcxxRemedy.Apply(Original())));

    [Fact]
    public void A_library_without_the_need_is_refused()
    {
        string library = Path.Combine(Path.GetDirectoryName(s_source)!, "libc10.so");
        Assert.SkipUnless(File.Exists(library), "Needs libtorch in the output folder.");
        byte[] other = File.ReadAllBytes(library);

        var error = Assert.Throws<ElfFormatException>(() => LibstdcxxRemedy.Apply(other));
        Assert.Contains("GLIBCXX_3.4.32", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_cut_short_anywhere_is_refused()
    {
        byte[] original = Original();
        Random random = new(1);
        int[] lengths = [0, 1, 4, 5, 63, 64, 65, 119, 120, 4096, original.Length - 1, .. Enumerable.Range(0, 300).Select(_ => random.Next(original.Length))];
        foreach (int length in lengths)
            Assert.Throws<ElfFormatException>(() => LibstdcxxRemedy.Apply(original.AsSpan(0, length)));
    }

    [Fact]
    public void A_file_cut_short_is_seen_before_it_is_mapped()
    {
        byte[] original = Original();
        string path = Path.GetTempFileName();
        try
        {
            Assert.Null(ElfCompleteness.Complaint(s_source));
            File.WriteAllBytes(path, original[..100_000]);
            Assert.Contains("cut short: it has 100000 bytes", ElfCompleteness.Complaint(path), StringComparison.Ordinal);
            File.WriteAllBytes(path, original[..100]);
            Assert.Contains("cut short", ElfCompleteness.Complaint(path), StringComparison.Ordinal);
            File.WriteAllBytes(path, []);
            Assert.Null(ElfCompleteness.Complaint(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(0, 0x00, "not an ELF file")]
    [InlineData(4, 1, "64-bit")]
    [InlineData(5, 2, "little-endian")]
    [InlineData(16, 2, "shared library")]
    public void A_file_of_another_kind_is_named(int offset, byte value, string expected)
    {
        byte[] bytes = Original();
        bytes[offset] = value;

        var error = Assert.Throws<ElfFormatException>(() => new ElfLibrary(bytes));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_bytes_give_a_result_or_the_one_error_but_never_another()
    {
        byte[] original = Original();
        Random random = new(2);
        int[] interesting = InterestingOffsets(original);
        for (int round = 0; round < 1500; round++)
        {
            byte[] damaged = (byte[])original.Clone();
            for (int i = 0; i < 4; i++)
            {
                int offset = interesting[random.Next(interesting.Length)];
                damaged[offset] = (byte)(random.Next(3) == 0 ? 0xff : random.Next(256));
            }

            try
            {
                LibstdcxxRemedy.Apply(damaged);
            }
            catch (ElfFormatException)
            {
                // Expected of most.
            }
        }
    }

    [Fact]
    public void A_cached_copy_that_was_changed_is_written_anew()
    {
        string folder = Directory.CreateTempSubdirectory("remedy-").FullName;
        try
        {
            byte[] content = Encoding.UTF8.GetBytes("what it must hold");
            string path = RemediedLibraryCache.WriteOnce(Path.Combine(folder, "a", "b"), "library.so", content);
            DateTime written = File.GetLastWriteTimeUtc(path);
            RemediedLibraryCache.WriteOnce(Path.Combine(folder, "a", "b"), "library.so", content);
            Assert.Equal(written, File.GetLastWriteTimeUtc(path));

            File.WriteAllText(path, "something else!!!");
            RemediedLibraryCache.WriteOnce(Path.Combine(folder, "a", "b"), "library.so", content);

            Assert.Equal(content, File.ReadAllBytes(path));
            Assert.Single(Directory.GetFiles(Path.Combine(folder, "a", "b")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Several_writers_at_once_end_with_one_whole_file()
    {
        string folder = Directory.CreateTempSubdirectory("remedy-").FullName;
        try
        {
            byte[] content = new byte[200_000];
            new Random(3).NextBytes(content);
            Parallel.For(0, 16, _ =>
            {
                string path = RemediedLibraryCache.WriteOnce(Path.Combine(folder, "c"), "library.so", content);
                Assert.Equal(content, File.ReadAllBytes(path));
            });

            Assert.Single(Directory.GetFiles(Path.Combine(folder, "c")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static byte[] Original()
    {
        Assert.SkipUnless(File.Exists(s_source), "Needs TorchSharp's library for Linux in the output folder.");
        return File.ReadAllBytes(s_source);
    }

    // Headers, and the tables of versions around the one that matters: where damage is followed rather than copied.
    private static int[] InterestingOffsets(byte[] original)
    {
        int needs = new ElfLibrary((byte[])original.Clone()).VersionNeeds()[0].FlagsOffset;
        int sections = (int)BitConverter.ToInt64(original, 40);
        int dynamicOffset = 0;
        for (int i = 0; i < BitConverter.ToUInt16(original, 56); i++)
        {
            int header = 64 + i * 56;
            if (BitConverter.ToInt32(original, header) == 2)
                dynamicOffset = (int)BitConverter.ToInt64(original, header + 8);
        }

        return
        [
            .. Enumerable.Range(0, 64 + 12 * 56), .. Enumerable.Range(needs - 32, 0x200),
            .. Enumerable.Range(dynamicOffset, 0x200), .. Enumerable.Range(sections, original.Length - sections),
        ];
    }

    private static string ReadElf(params string[] arguments)
    {
        ProcessStartInfo start = new("/usr/bin/readelf", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
