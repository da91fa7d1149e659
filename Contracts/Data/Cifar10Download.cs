using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace OnnxInit.Contracts.Data;

/// <summary>
/// Fetches the CIFAR-10 archive into the user's cache: resumes where an earlier attempt broke off, and gives the file its name only
/// when size and digest are right.
/// </summary>
public static class Cifar10Download
{
    private const string PartialSuffix = ".part";
    private const int BufferSize = 1 << 17;
    private const string WaysOn = "Name a copy of the data set with '--data PATH', or use '--data synthetic'.";

    /// <summary>Makes sure that the archive is there and whole.</summary>
    /// <param name="options">What to fetch and where to keep it.</param>
    /// <param name="progress">Told after every block that arrives; null for none.</param>
    /// <param name="cancellation">Breaks off; what has arrived is kept for the next attempt.</param>
    /// <returns>The path of the archive. Nothing is downloaded when it is there already with the right digest.</returns>
    /// <exception cref="InvalidInputException">
    /// The server cannot be reached, refuses, or keeps breaking off; the content has another size or digest; the folder cannot be
    /// written, or another process is downloading into it.
    /// </exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async Task<string> FetchAsync(DownloadOptions options, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default)
    {
        string archive = options.ArchivePath;
        try
        {
            if (File.Exists(archive) && await FindProblemAsync(archive, options, cancellation) is null)
            {
                return archive;
            }

            Directory.CreateDirectory(options.Folder);
            await ReceiveAsync(archive + PartialSuffix, options, progress, cancellation);
            if (await FindProblemAsync(archive + PartialSuffix, options, cancellation) is { } problem)
            {
                File.Delete(archive + PartialSuffix);
                throw new InvalidInputException($"{options.Address} is not the archive it ought to be: {problem}. It was removed. Try again later. {WaysOn}");
            }

            File.Move(archive + PartialSuffix, archive, overwrite: true);
            return archive;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                $"Cannot write '{archive}': {exception.Message} Make room, wait for another download to end, or choose another cache folder with XDG_CACHE_HOME. {WaysOn}",
                exception);
        }
    }

    /// <summary>Fills the partial file up to the expected size, over several connections if need be.</summary>
    private static async Task ReceiveAsync(string partial, DownloadOptions options, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        using HttpClient client = new() { Timeout = options.StallTimeout };
        await using FileStream file = new(partial, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        if (file.Length > options.Size)
        {
            file.SetLength(0);
        }

        for (int attempt = 1; file.Length < options.Size; attempt++)
        {
            try
            {
                await ContinueAsync(client, file, options, progress, cancellation);
                if (file.Length < options.Size)
                {
                    throw new HttpIOException(HttpRequestError.ResponseEnded, "The connection ended early.");
                }
            }
            catch (Exception exception) when (IsBrokenConnection(exception, cancellation))
            {
                if (attempt >= options.Attempts || IsRefusal(exception))
                {
                    throw new InvalidInputException(
                        $"Cannot download {options.Address}: {exception.Message.TrimEnd('.')}. {file.Length:N0} of {options.Size:N0} bytes are here (attempts: {attempt}). With a network, 'onnxinit data fetch' continues there. {WaysOn}",
                        exception);
                }

                await Task.Delay(options.RetryDelay, cancellation);
            }
        }

        RandomAccess.FlushToDisk(file.SafeFileHandle);
    }

    /// <summary>One connection: asks for what is missing and appends what comes.</summary>
    private static async Task ContinueAsync(HttpClient client, FileStream file, DownloadOptions options, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, options.Address);
        if (file.Length > 0)
        {
            request.Headers.Range = new RangeHeaderValue(file.Length, null);
        }

        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        bool continues = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == file.Length;
        if (!continues)
        {
            // The server does not continue where we are: what is there is worthless, and a whole answer starts over.
            if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                file.SetLength(0);
            }

            if (response.StatusCode != HttpStatusCode.OK)
            {
                throw new HttpRequestException($"The server answered {(int)response.StatusCode} ({response.ReasonPhrase}).", null, response.StatusCode);
            }
        }

        file.Position = file.Length;
        await CopyAsync(await response.Content.ReadAsStreamAsync(cancellation), file, options, progress, cancellation);
    }

    private static async Task CopyAsync(Stream content, FileStream file, DownloadOptions options, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        byte[] buffer = new byte[BufferSize];
        while (true)
        {
            using CancellationTokenSource stall = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            stall.CancelAfter(options.StallTimeout);
            int read = await ReadAsync(content, buffer, stall.Token);
            if (read == 0)
            {
                return;
            }

            await file.WriteAsync(buffer.AsMemory(0, read), cancellation);
            progress?.Report(new DownloadProgress(file.Length, options.Size));
            if (file.Length > options.Size)
            {
                return; // More than expected: the check of the size says so.
            }
        }
    }

    /// <summary>Reads from the network, whose failures then differ in type from those of the disk.</summary>
    private static async Task<int> ReadAsync(Stream content, byte[] buffer, CancellationToken stall)
    {
        try
        {
            return await content.ReadAsync(buffer, stall);
        }
        catch (IOException exception) when (exception is not HttpIOException)
        {
            throw new HttpIOException(HttpRequestError.ResponseEnded, exception.Message, exception);
        }
    }

    /// <summary>Unreachable, cut, stalled or refused, but not cancelled by the caller.</summary>
    private static bool IsBrokenConnection(Exception exception, CancellationToken cancellation) => exception
        is HttpRequestException or HttpIOException or OperationCanceledException && !cancellation.IsCancellationRequested;

    /// <summary>An answer such as 404, or a name that no network resolves: another attempt at once will not change it.</summary>
    private static bool IsRefusal(Exception exception) => exception is HttpRequestException
    {
        HttpRequestError: HttpRequestError.NameResolutionError,
    }
    or HttpRequestException
    {
        StatusCode: >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError
            and not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestedRangeNotSatisfiable),
    };

    /// <summary>How a file differs from what is expected, or null.</summary>
    private static async Task<string?> FindProblemAsync(string path, DownloadOptions options, CancellationToken cancellation)
    {
        await using FileStream file = File.OpenRead(path);
        if (file.Length != options.Size)
        {
            return $"{file.Length:N0} bytes, expected {options.Size:N0}";
        }

        string digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation));
        return digest.Equals(options.Sha256, StringComparison.OrdinalIgnoreCase) ? null : $"SHA-256 {digest}, expected {options.Sha256}";
    }
}
