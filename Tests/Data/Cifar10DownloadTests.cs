using System.Net;
using System.Security.Cryptography;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Randomness;

namespace OnnxInit.Tests.Data;

public sealed class Cifar10DownloadTests : IDisposable
{
    private const string WaysOn = "Name a copy of the data set with '--data PATH', or use '--data synthetic'.";
    private readonly TemporaryFolder _cache = new();
    private readonly byte[] _content = MakeContent();

    private string Archive => _cache["cifar-10-binary.tar.gz"];

    private string Partial => Archive + ".part";

    public void Dispose() => _cache.Dispose();

    [Fact]
    public void The_defaults_are_the_official_archive()
    {
        DownloadOptions options = new();

        options.Address.Should().Be("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz");
        options.Size.Should().Be(170_052_171);
        options.Sha256.Should().Be("c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd");
        Path.GetFileName(options.Folder).Should().Be("onnxinit");
    }

    [Fact]
    public async Task A_download_arrives_whole_under_its_name()
    {
        using ArchiveServer server = new(_content);
        Progress progress = new();

        string path = await Cifar10Download.FetchAsync(Options(server), progress, Cancellation);

        path.Should().Be(Archive);
        Directory.GetFiles(_cache.Path).Should().Equal(Archive);
        File.ReadAllBytes(path).Should().Equal(_content);
        progress.Reports.Should().OnlyContain(report => report.Total == _content.Length);
        progress.Reports.Select(report => report.Received).Should().BeInAscendingOrder();
        progress.Reports[^1].Received.Should().Be(_content.Length);
    }

    [Fact]
    public async Task An_archive_that_is_there_is_not_downloaded_again()
    {
        using ArchiveServer server = new(_content);
        File.WriteAllBytes(Archive, _content);

        await Cifar10Download.FetchAsync(Options(server), null, Cancellation);

        server.Requested.Should().BeEmpty();
    }

    [Fact]
    public async Task A_damaged_archive_is_replaced()
    {
        using ArchiveServer server = new(_content);
        File.WriteAllBytes(Archive, new byte[_content.Length]);

        await Cifar10Download.FetchAsync(Options(server), null, Cancellation);

        File.ReadAllBytes(Archive).Should().Equal(_content);
    }

    [Fact]
    public async Task A_download_that_was_broken_off_continues_where_it_stopped()
    {
        using ArchiveServer server = new(_content);
        File.WriteAllBytes(Partial, _content[..1000]);

        await Cifar10Download.FetchAsync(Options(server), null, Cancellation);

        server.Requested.Should().Equal(1000);
        File.ReadAllBytes(Archive).Should().Equal(_content);
    }

    [Fact]
    public async Task A_connection_that_is_cut_is_made_anew()
    {
        using ArchiveServer server = new(_content) { CutsAfter = 120_000 };

        await Cifar10Download.FetchAsync(Options(server), null, Cancellation);

        server.Requested.Should().HaveCountGreaterThan(2).And.BeInAscendingOrder();
        File.ReadAllBytes(Archive).Should().Equal(_content);
    }

    [Fact]
    public async Task A_connection_that_stalls_is_made_anew()
    {
        using ArchiveServer server = new(_content) { CutsAfter = 200_000, Stalls = true };

        await Cifar10Download.FetchAsync(Options(server) with { StallTimeout = TimeSpan.FromMilliseconds(300) }, null, Cancellation);

        server.Requested.Should().Equal(0, 200_000);
        File.ReadAllBytes(Archive).Should().Equal(_content);
    }

    [Fact]
    public async Task A_server_that_ignores_the_range_makes_the_download_start_over()
    {
        using ArchiveServer server = new(_content) { IgnoresRange = true };
        File.WriteAllBytes(Partial, new byte[1000]);

        await Cifar10Download.FetchAsync(Options(server), null, Cancellation);

        File.ReadAllBytes(Archive).Should().Equal(_content);
    }

    [Fact]
    public async Task Wrong_bytes_are_an_error_and_are_removed()
    {
        using ArchiveServer server = new(new byte[_content.Length]);

        InvalidInputException error = await Fails(Options(server));

        error.Message.Should().Be(
            $"{server.Address} is not the archive it ought to be: SHA-256 {Digest(new byte[_content.Length])}, expected {Digest(_content)}. It was removed. Try again later. {WaysOn}");
        Directory.GetFiles(_cache.Path).Should().BeEmpty();
    }

    [Fact]
    public async Task Too_many_bytes_are_an_error_and_are_removed()
    {
        using ArchiveServer server = new([.. _content, 0]);

        InvalidInputException error = await Fails(Options(server));

        error.Message.Should().Contain(": 300,001 bytes, expected 300,000. It was removed.");
        Directory.GetFiles(_cache.Path).Should().BeEmpty();
    }

    [Fact]
    public async Task Too_few_bytes_end_after_the_last_attempt()
    {
        using ArchiveServer server = new(_content[..^1]);

        InvalidInputException error = await Fails(Options(server) with { Attempts = 3 });

        error.Message.Should().Contain("(attempts: 3)");
        File.Exists(Archive).Should().BeFalse();
    }

    [Fact]
    public async Task A_partial_file_that_is_too_long_starts_over()
    {
        using ArchiveServer server = new(_content);
        File.WriteAllBytes(Partial, new byte[_content.Length + 1]);

        await Cifar10Download.FetchAsync(Options(server), null, Cancellation);

        File.ReadAllBytes(Archive).Should().Equal(_content);
    }

    [Fact]
    public async Task A_refusal_is_final()
    {
        using ArchiveServer server = new(_content) { Refuses = HttpStatusCode.NotFound };

        InvalidInputException error = await Fails(Options(server));

        error.Message.Should().Be(
            $"Cannot download {server.Address}: The server answered 404 (Not Found). 0 of 300,000 bytes are here (attempts: 1). With a network, 'onnxinit data fetch' continues there. {WaysOn}");
        server.Requested.Should().HaveCount(1);
    }

    [Fact]
    public async Task Without_a_network_the_error_names_the_ways_on()
    {
        InvalidInputException error = await Fails(Options(ArchiveServer.NobodyListens()) with { Attempts = 2 });

        error.Message.Should().StartWith("Cannot download http://127.0.0.1:").And.EndWith(WaysOn);
    }

    [Fact]
    public async Task What_arrived_before_a_cancellation_is_kept()
    {
        using ArchiveServer server = new(_content) { CutsAfter = 100_000, Stalls = true };
        using CancellationTokenSource cancellation = new();
        Progress progress = new() { OnReport = report => { if (report.Received == 100_000) { cancellation.Cancel(); } } };

        Func<Task> fetch = () => Cifar10Download.FetchAsync(Options(server), progress, cancellation.Token);

        await fetch.Should().ThrowAsync<OperationCanceledException>();
        new FileInfo(Partial).Length.Should().Be(100_000);
    }

    [Fact]
    public async Task Two_downloads_at_once_do_not_mix()
    {
        using ArchiveServer server = new(_content);
        using FileStream other = new(Partial, FileMode.Create, FileAccess.Write, FileShare.None);

        InvalidInputException error = await Fails(Options(server));

        error.Message.Should().StartWith($"Cannot write '{Archive}': ").And.Contain("wait for another download to end");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static byte[] MakeContent()
    {
        PhiloxRandom random = new(0, "archive");
        return [.. Enumerable.Range(0, 300_000).Select(_ => (byte)random.NextUInt32())];
    }

    private static string Digest(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static async Task<InvalidInputException> Fails(DownloadOptions options)
    {
        Func<Task> fetch = () => Cifar10Download.FetchAsync(options, null, Cancellation);
        return (await fetch.Should().ThrowAsync<InvalidInputException>()).Which;
    }

    private DownloadOptions Options(ArchiveServer server) => Options(server.Address);

    private DownloadOptions Options(Uri address) =>
        new() { Address = address, Size = _content.Length, Sha256 = Digest(_content), Folder = _cache.Path, RetryDelay = TimeSpan.Zero };

    private sealed class Progress : IProgress<DownloadProgress>
    {
        public List<DownloadProgress> Reports { get; } = [];

        public Action<DownloadProgress> OnReport { get; init; } = _ => { };

        public void Report(DownloadProgress value)
        {
            Reports.Add(value);
            OnReport(value);
        }
    }
}
