namespace OnnxInit.Contracts.Data;

/// <summary>How far a download is.</summary>
/// <param name="Received">Bytes on the disk, those of earlier attempts included.</param>
/// <param name="Total">Bytes in all.</param>
public readonly record struct DownloadProgress(long Received, long Total);
