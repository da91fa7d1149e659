using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using OnnxInit.Cli.Playground;
using OnnxInit.Contracts;
using OnnxInit.Tests.Data;
using OnnxInit.Tests.Runtimes;

namespace OnnxInit.Tests.Cli.Playground;

/// <summary>Where the playground's runtime comes from, and what is said when it comes from nowhere.</summary>
public sealed class OnnxRuntimeWebTests : IDisposable
{
    private const string Remedy = "Install Node.js with npm and try again with a network, or name a copy of the package: --onnxruntime-web DIR. Nothing was written.";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_package_that_npm_gives_is_the_one_that_is_expected()
    {
        NodeJs.Require();

        OnnxRuntimeWeb runtime = OnnxRuntimeWeb.Open(null);

        runtime.Version.Should().Be("1.30.0");
        runtime.Binary.AsSpan(0, 4).ToArray().Should().Equal("\0asm"u8.ToArray());
    }

    [Fact]
    public void Without_npm_both_ways_on_are_said()
    {
        Action fetch = () => Package("onnxruntime-web", npm: _folder["no-npm"]).Fetch();

        fetch.Should().Throw<InvalidInputException>().WithMessage($"The npm package onnxruntime-web 1.0.0 is needed and not here: npm cannot be started (it is not installed). {Remedy}");
        Directory.GetFileSystemEntries(_folder["cache"]).Should().BeEmpty();
    }

    [Fact]
    public void What_npm_says_when_it_fails_is_passed_on()
    {
        Action fetch = () => Package("onnxruntime-web", Npm("echo 'npm error network There is none.' >&2; exit 7")).Fetch();

        fetch.Should().Throw<InvalidInputException>().WithMessage($"The npm package onnxruntime-web 1.0.0 is needed and not here: 'npm pack' ended with 7: npm error network There is none. {Remedy}");
        Directory.GetFileSystemEntries(_folder["cache"]).Should().BeEmpty();
    }

    [Fact]
    public void Another_archive_than_the_expected_one_is_refused()
    {
        Action fetch = () => Package("onnxruntime-web", Npm("echo other > onnxruntime-web-1.0.0.tgz")).Fetch();

        fetch.Should().Throw<InvalidInputException>().WithMessage($"The npm package onnxruntime-web 1.0.0 is needed and not here: npm gave an archive whose SHA-512 is {Digest("other\n"u8)}; expected {Digest("right\n"u8)}. {Remedy}");
        Directory.GetFileSystemEntries(_folder["cache"]).Should().BeEmpty();
    }

    [Fact]
    public void An_archive_is_fetched_once_and_again_when_it_is_damaged()
    {
        NpmPackage package = Package("onnxruntime-web", Npm($"echo right > package.tgz; echo fetched >> '{_folder["log"]}'"));

        string archive = package.Fetch();
        package.Fetch().Should().Be(archive);
        File.ReadAllLines(_folder["log"]).Should().HaveCount(1);

        File.WriteAllText(archive, "dama");
        package.Fetch();
        File.ReadAllText(archive).Should().Be("right\n");
        File.ReadAllLines(_folder["log"]).Should().HaveCount(2);
        Directory.GetFileSystemEntries(_folder["cache"]).Should().Equal(archive);
    }

    [Fact]
    public void Many_can_fetch_at_once()
    {
        NpmPackage package = Package("onnxruntime-web", Npm("sleep 0.1; echo right > package.tgz"));

        string[] archives = [.. Enumerable.Range(0, 4).AsParallel().WithDegreeOfParallelism(4).Select(_ => package.Fetch())];

        archives.Distinct().Should().ContainSingle();
        Directory.GetFileSystemEntries(_folder["cache"]).Should().Equal(archives[0]);
    }

    [Fact]
    public void A_copy_may_be_a_folder_or_an_archive()
    {
        Copy("package.json", """{ "name": "onnxruntime-web", "version": "1.31.0" }""", "dist/ort.wasm.bundle.min.mjs", "export {}", "dist/ort-wasm-simd-threaded.wasm", "asm");
        using (FileStream stream = File.Create(_folder["copy.tgz"]))
        using (GZipStream gzip = new(stream, CompressionLevel.Fastest))
        {
            TarFile.CreateFromDirectory(_folder["copy"], gzip, includeBaseDirectory: true);
        }

        foreach (string copy in (string[])["copy", "copy.tgz"])
        {
            OnnxRuntimeWeb runtime = OnnxRuntimeWeb.Open(_folder[copy]);
            runtime.Version.Should().Be("1.31.0");
            runtime.Script.Should().Equal("export {}"u8.ToArray());
            runtime.Binary.Should().Equal("asm"u8.ToArray());
        }
    }

    [Fact]
    public void A_copy_that_is_none_is_an_error()
    {
        Copy("package.json", """{ "name": "onnxruntime-node", "version": "1.30.0" }""", "dist/ort.wasm.bundle.min.mjs", "", "dist/ort-wasm-simd-threaded.wasm", "");
        Directory.CreateDirectory(_folder["empty"]);
        File.WriteAllText(_folder["text.tgz"], "text");

        Message("absent").Should().Be($"There is no '{_folder["absent"]}'. Name the folder of an unpacked npm package onnxruntime-web, such as node_modules/onnxruntime-web, or its .tgz, with --onnxruntime-web.");
        Message("empty").Should().Be($"'{_folder["empty"]}' is no npm package onnxruntime-web that the playground can use: package.json, dist/ort.wasm.bundle.min.mjs, dist/ort-wasm-simd-threaded.wasm missing. Name a copy of version 1.30.0 with --onnxruntime-web, or leave the option out to have npm fetch it.");
        Message("copy").Should().Be($"The package.json of '{_folder["copy"]}' is not that of onnxruntime-web: it is of another package. Name a copy of version 1.30.0 with --onnxruntime-web.");
        Message("text.tgz").Should().StartWith($"'{_folder["text.tgz"]}' is no npm package: ").And.EndWith("Name the folder of an unpacked onnxruntime-web, or its .tgz, with --onnxruntime-web.");

        string Message(string name) => ((Action)(() => OnnxRuntimeWeb.Open(_folder[name]))).Should().Throw<InvalidInputException>().Which.Message;
    }

    private NpmPackage Package(string name, string npm) => new(name, "1.0.0", Digest("right\n"u8)) { Cache = _folder["cache"], Npm = npm };

    private string Npm(string script)
    {
        File.WriteAllText(_folder["npm"], $"#!/bin/sh\n{script}\n");
        Assert.SkipWhen(OperatingSystem.IsWindows(), "npm is played by a shell script.");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder["npm"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return _folder["npm"];
    }

    private void Copy(params string[] files)
    {
        foreach (string[] file in files.Chunk(2))
        {
            string path = _folder["copy", file[0]];
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, file[1]);
        }
    }

    private static string Digest(ReadOnlySpan<byte> content) => Convert.ToBase64String(SHA512.HashData(content));
}
