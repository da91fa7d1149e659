using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace OnnxInit.Tests.Data;

/// <summary>A real HTTP server on the loopback interface that serves one file, and misbehaves as told.</summary>
internal sealed class ArchiveServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly byte[] _content;
    private readonly Task _loop;

    public ArchiveServer(byte[] content)
    {
        _content = content;
        Address = new Uri($"http://127.0.0.1:{FreePort()}/archive.tar.gz");
        _listener.Prefixes.Add(new Uri(Address, "/").ToString());
        _listener.Start();
        _loop = Task.Run(ServeAsync);
    }

    public Uri Address { get; }

    /// <summary>Answers every request with the whole file, whatever range it asks for.</summary>
    public bool IgnoresRange { get; init; }

    /// <summary>Cuts the connection after so many bytes.</summary>
    public int? CutsAfter { get; init; }

    /// <summary>Sends nothing more after <see cref="CutsAfter"/> bytes, and keeps the connection open.</summary>
    public bool Stalls { get; init; }

    /// <summary>Answers with this status and no content.</summary>
    public HttpStatusCode? Refuses { get; init; }

    /// <summary>The first byte that each request asked for.</summary>
    public List<long> Requested { get; } = [];

    public static Uri NobodyListens() => new($"http://127.0.0.1:{FreePort()}/archive.tar.gz");

    public void Dispose()
    {
        _listener.Close();
        _loop.Wait();
    }

    private static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                Answer(await _listener.GetContextAsync());
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or IOException)
            {
                // Closed by the test, or by the client.
            }
        }
    }

    private void Answer(HttpListenerContext context)
    {
        int start = int.Parse(context.Request.Headers["Range"]?["bytes=".Length..^1] ?? "0", CultureInfo.InvariantCulture);
        Requested.Add(start);
        HttpListenerResponse response = context.Response;
        if (Refuses is { } status)
        {
            response.StatusCode = (int)status;
            response.Close();
            return;
        }

        if (IgnoresRange || start == 0)
        {
            start = 0;
        }
        else if (start >= _content.Length)
        {
            response.StatusCode = (int)HttpStatusCode.RequestedRangeNotSatisfiable;
            response.Close();
            return;
        }
        else
        {
            response.StatusCode = (int)HttpStatusCode.PartialContent;
            response.Headers["Content-Range"] = $"bytes {start}-{_content.Length - 1}/{_content.Length}";
        }

        int length = _content.Length - start;
        response.ContentLength64 = length;
        response.OutputStream.Write(_content, start, Math.Min(length, CutsAfter ?? length));
        response.OutputStream.Flush();
        if (length <= (CutsAfter ?? length))
        {
            response.Close();
        }
        else if (!Stalls)
        {
            response.Abort();
        }
    }
}
