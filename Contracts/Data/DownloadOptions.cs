using OnnxInit.Contracts.Files;

namespace OnnxInit.Contracts.Data;

/// <summary>What to download, what it must turn out to be, and where it goes. The defaults fetch CIFAR-10 into the user's cache.</summary>
public sealed record DownloadOptions
{
    /// <summary>Where the archive is; the official address by default.</summary>
    public Uri Address { get; init; } = new("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz");

    /// <summary>The archive's size in bytes. Another size is an error.</summary>
    public long Size { get; init; } = 170_052_171;

    /// <summary>The archive's SHA-256, in hexadecimal of either case. Another digest is an error, and what was downloaded is removed.</summary>
    public string Sha256 { get; init; } = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd";

    /// <summary>The folder that keeps the archive; <see cref="CacheFolder.Default"/> by default. It is made when absent.</summary>
    public string Folder { get; init; } = CacheFolder.Default;

    /// <summary>How often a connection that breaks is made anew before giving up; 5 by default. What has arrived is kept.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>The pause before another attempt; 2 seconds by default.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A connection that delivers nothing for so long counts as broken; 30 seconds by default.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Where the finished archive lies.</summary>
    public string ArchivePath => Path.Combine(Folder, Cifar10.ArchiveName);
}
