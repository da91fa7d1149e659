using System.Buffers.Binary;
using OnnxInit.Tests.Data;

namespace OnnxInit.Tests.Build;

public sealed class TorchSharpOnOldLinuxTests : IDisposable
{
    private const string Version = "GLIBCXX_3.4.32";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Source => _folder["source", "library.so"];

    private string Destination => _folder["destination", "library.so"];

    [Fact]
    public void TorchSharp_loads_and_adds() => TorchSharp.torch.ones(3).sum().item<float>().Should().Be(3);

    [Fact]
    public void One_version_of_one_library_is_marked_weak_in_a_copy_and_nothing_else_changes()
    {
        byte[] original = ElfFile.Compose(
            ("libc.so.6", [("GLIBC_2.17", 0), ("GLIBC_2.34", 0)]),
            ("libstdc++.so.6", [("GLIBCXX_3.4", 0), ("GLIBCXX_3.4.3", 0), (Version, 0), ("CXXABI_1.3", 0)]));
        int flags = ElfFile.FlagsOffset(original, libraries: 2, versionIndex: 4);

        Weaken(original).ExitCode.Should().Be(0);

        byte[] copy = File.ReadAllBytes(Destination);
        BinaryPrimitives.ReadUInt16LittleEndian(copy.AsSpan(flags)).Should().Be(2, "that is VER_FLG_WEAK");
        BinaryPrimitives.WriteUInt16LittleEndian(copy.AsSpan(flags), 0);
        copy.Should().Equal(original);
        File.ReadAllBytes(Source).Should().Equal(original);
    }

    [Fact]
    public void Flags_that_were_set_stay_set()
    {
        byte[] original = ElfFile.Compose(("libstdc++.so.6", [(Version, 0x0101)]));

        Weaken(original).ExitCode.Should().Be(0);

        BinaryPrimitives.ReadUInt16LittleEndian(File.ReadAllBytes(Destination).AsSpan(ElfFile.FlagsOffset(original, 1, 0))).Should().Be(0x0103);
    }

    [Fact]
    public void A_file_at_the_destination_is_replaced_and_not_written_through()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Destination)!);
        File.WriteAllText(Destination, "old");
        File.SetLastWriteTimeUtc(Destination, DateTime.UnixEpoch);
        using FileStream old = new(Destination, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

        Weaken(ElfFile.Compose(("libstdc++.so.6", [(Version, 0)]))).ExitCode.Should().Be(0);

        new StreamReader(old).ReadToEnd().Should().Be("old");
        File.ReadAllBytes(Destination)[..4].Should().Equal(0x7f, (byte)'E', (byte)'L', (byte)'F');
    }

    [Fact]
    public void Another_source_is_copied_again_even_when_it_is_older_than_the_copy()
    {
        // Packages keep the dates of their files: a newer package's may well be before the build of yesterday.
        Weaken(ElfFile.Compose(("libstdc++.so.6", [(Version, 0)]))).ExitCode.Should().Be(0);
        byte[] other = ElfFile.Compose(("libstdc++.so.6", [("GLIBCXX_3.4", 0), (Version, 0)]));

        Weaken(other, written: DateTime.UtcNow.AddYears(-1)).ExitCode.Should().Be(0);

        File.ReadAllBytes(Destination).Should().HaveCount(other.Length);
    }

    [Fact]
    public void The_same_source_leaves_the_copy_alone()
    {
        byte[] original = ElfFile.Compose(("libstdc++.so.6", [(Version, 0)]));
        Weaken(original).ExitCode.Should().Be(0);
        File.SetLastWriteTimeUtc(Destination, DateTime.UnixEpoch);

        Weaken(original).ExitCode.Should().Be(0);

        File.GetLastWriteTimeUtc(Destination).Should().Be(DateTime.UnixEpoch);
    }

    [Fact]
    public void A_source_that_is_missing_is_one_error()
    {
        (int exitCode, string output) = Run();

        exitCode.Should().NotBe(0);
        output.Split("error : ").Should().HaveCount(2, output);
        output.Should().Contain(Source);
    }

    public static TheoryData<string, byte[], string> Refused => new()
    {
        { "a text", "not an ELF file, but long enough to hold the 64 bytes of its header."u8.ToArray(), "is no 64-bit little-endian ELF file." },
        { "nothing", [], "is no 64-bit little-endian ELF file." },
        { "32 bits", With(4, 1), "is no 64-bit little-endian ELF file." },
        { "big-endian", With(5, 2), "is no 64-bit little-endian ELF file." },
        { "cut off", With(0, 0x7f)[..100], "is damaged: its sections lie outside of the file." },
        {
            "without the version", ElfFile.Compose(("libstdc++.so.6", [("GLIBCXX_3.4.30", 0), ("GLIBCXX_3.4.321", 0)])),
            $"does not ask for {Version}: this version of TorchSharp needs no help. Delete build/TorchSharpOnOldLinux.targets."
        },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Anything_else_is_one_error_and_no_copy(string what, byte[] content, string message)
    {
        (int exitCode, string output) = Weaken(content);

        exitCode.Should().NotBe(0, what);
        output.Split("error : ").Should().HaveCount(2, output);
        output.Should().Contain($"error : {Source} {message}");
        File.Exists(Destination).Should().BeFalse();
        Directory.GetFiles(_folder.Path, "*.part", SearchOption.AllDirectories).Should().BeEmpty();
        File.ReadAllBytes(Source).Should().Equal(content);
    }

    private static byte[] With(int offset, byte value)
    {
        byte[] elf = ElfFile.Compose(("libstdc++.so.6", [(Version, 0)]));
        elf[offset] = value;
        return elf;
    }

    private (int ExitCode, string Output) Weaken(byte[] content, DateTime? written = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Source)!);
        File.WriteAllBytes(Source, content);
        File.SetLastWriteTimeUtc(Source, written ?? DateTime.UtcNow);
        return Run();
    }

    private (int ExitCode, string Output) Run() =>
        MSBuild.Run("build/TorchSharpOnOldLinux.targets", "-t:WeakenFile", $"-p:Source={Source}", $"-p:Destination={Destination}");
}
