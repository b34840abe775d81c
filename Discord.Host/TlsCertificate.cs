using System.Net;
using System.Net.NetworkInformation;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Discord.Host;

/// <summary>The certificate of the https listeners: the configured one, read again when its file was renewed; else one that this server made and signed itself.</summary>
internal sealed class TlsCertificate
{
    private readonly Lock _gate = new();
    private readonly string _file;
    private readonly string? _key;
    private readonly string? _password;
    private SslServerAuthenticationOptions _options;
    private DateTime _written;

    private TlsCertificate(string file, string? key, string? password)
    {
        (_file, _key, _password) = (file, key, password);
        _written = Written();
        _options = Load();
    }

    /// <summary>For one handshake.</summary>
    public SslServerAuthenticationOptions Options
    {
        get
        {
            lock (_gate)
            {
                try
                {
                    if (Written() is var written && written != _written)
                        (_options, _written) = (Load(), written);
                }
                catch (Exception e) when (IsOfTheFile(e))
                {
                    // Half renewed: the certificate is there and its key is not yet. The old one serves until both fit.
                }

                return _options;
            }
        }
    }

    /// <summary>Until when clients take it.</summary>
    private DateTimeOffset Ends => new(_options.ServerCertificateContext!.TargetCertificate.NotAfter);

    /// <summary>Says in words until when the certificate is good, or why it is not: for the command <c>doctor</c>. Makes none.</summary>
    /// <exception cref="InvalidOperationException">It cannot be used.</exception>
    public static (bool IsGood, string Words) Examine(IConfiguration configuration, string data, DateTimeOffset now)
    {
        var isOwn = string.IsNullOrEmpty(configuration["Listen:Certificate"]);
        if (isOwn && !File.Exists(OwnFile(data)))
            return (true, "HTTPS: the first start makes a certificate and signs it itself.");
        var ends = Open(configuration, data).Ends;
        return ends > now ? (true, $"HTTPS: the certificate is good until {ends:yyyy-MM-dd}.")
            : (false, $"HTTPS: the certificate ended on {ends:yyyy-MM-dd}, clients refuse it. {(isOwn ? $"Delete {OwnFile(data)}, and the next start makes another." : "Renew Listen:Certificate.")}");
    }

    /// <param name="data">Folder of the certificate that this server makes when none is configured.</param>
    public static TlsCertificate Open(IConfiguration configuration, string data)
    {
        var file = configuration["Listen:Certificate"];
        if (string.IsNullOrEmpty(file))
            return OpenOwn(configuration, data);
        try
        {
            return new TlsCertificate(file, configuration["Listen:CertificateKey"] is { Length: > 0 } key ? key : null, configuration["Listen:CertificatePassword"] is { Length: > 0 } password ? password : null);
        }
        catch (Exception e) when (IsOfTheFile(e))
        {
            throw new InvalidOperationException($"Listen:Certificate is '{file}', which cannot be used: {e.Message} It must be a .pfx file, or PEM with Listen:CertificateKey; Listen:CertificatePassword opens either.", e);
        }
    }

    private SslServerAuthenticationOptions Load()
    {
        if (Path.GetExtension(_file) is ".pfx" or ".p12")
        {
            var all = X509CertificateLoader.LoadPkcs12CollectionFromFile(_file, _password);
            return With(all.FirstOrDefault(one => one.HasPrivateKey) ?? throw new CryptographicException("There is no private key in it."), all);
        }

        using var pem = _password is null ? X509Certificate2.CreateFromPemFile(_file, _key ?? _file) : X509Certificate2.CreateFromEncryptedPemFile(_file, _password, _key ?? _file);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(_file);
        // Windows cannot serve with a key that was never in a store or a container.
        return With(X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null), chain);
    }

    // Of the file itself: who renews certificates often writes to where a link leads, and leaves the link alone.
    private DateTime Written() => File.GetLastWriteTimeUtc(File.ResolveLinkTarget(_file, returnFinalTarget: true)?.FullName ?? _file);

    private static string OwnFile(string data) => Path.Combine(data, "tls.pfx");

    private static bool IsOfTheFile(Exception e) => e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException;

    // Nothing is fetched from the network to complete the chain: what the file holds is what clients get.
    private static SslServerAuthenticationOptions With(X509Certificate2 certificate, X509Certificate2Collection chain) =>
        new() { ServerCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true) };

    // Kept, so that a browser that once trusted it goes on to. Bots are given the part of it that is no secret: NODE_EXTRA_CA_CERTS=tls.pem.
    private static TlsCertificate OpenOwn(IConfiguration configuration, string data)
    {
        var (file, open) = (OwnFile(data), Path.Combine(data, "tls.pem"));
        if (!File.Exists(file))
            Write(file, Make(configuration), UnixFileMode.None);
        try
        {
            var own = new TlsCertificate(file, null, null);
            var pem = own._options.ServerCertificateContext!.TargetCertificate.ExportCertificatePem() + "\n";
            if (!File.Exists(open) || File.ReadAllText(open) != pem)
                Write(open, Encoding.ASCII.GetBytes(pem), UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            return own;
        }
        catch (CryptographicException e)
        {
            throw new InvalidOperationException($"{file} cannot be used: {e.Message} Delete it, and the next start makes another.", e);
        }
    }

    private static byte[] Make(IConfiguration configuration)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in OwnNames(configuration).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (IPAddress.TryParse(name, out var address))
                names.AddIpAddress(address);
            else if (Uri.CheckHostName(name) == UriHostNameType.Dns)
                names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(10));
        return made.Export(X509ContentType.Pkcs12);
    }

    // By whatever clients may call this server. Link-local addresses mean another machine on each link.
    private static IEnumerable<string> OwnNames(IConfiguration configuration)
    {
        IEnumerable<IPAddress> addresses = [IPAddress.Loopback, IPAddress.IPv6Loopback, .. NetworkInterface.GetAllNetworkInterfaces().SelectMany(one => one.GetIPProperties().UnicastAddresses).Select(one => one.Address)];
        return ["localhost", Dns.GetHostName(), configuration["Voice:PublicAddress"] ?? "", HostOf(configuration["PublicUrl"]), HostOf($"wss://{configuration["Voice:Endpoint"]}"),
            .. addresses.Where(address => !address.IsIPv6LinkLocal).Select(address => address.ToString())];
    }

    private static string HostOf(string? address) => Uri.TryCreate(address, UriKind.Absolute, out var url) ? url.IdnHost.Trim('[', ']') : "";

    /// <summary>Nobody's to read at any moment but its owner's and <paramref name="others"/>', and whole or not there.</summary>
    private static void Write(string file, ReadOnlySpan<byte> content, UnixFileMode others)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | others;
        using (var stream = new FileStream(file + ".new", options))
            stream.Write(content);
        File.Move(file + ".new", file, overwrite: true);
    }
}
