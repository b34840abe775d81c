namespace Discord.Modules.Voice.Servers;

/// <summary>A voice server in another process, as its home sees it. It keeps its grants here too, so that a broken link can be mended without anybody hearing it.</summary>
internal sealed class LinkedVoiceServer(string name, string region) : IVoiceServer
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, VoiceGrant> _grants = [];
    private VoiceLink? _link;
    private string? _endpoint;
    private bool _isClosed;

    public string Name => name;

    public string Region => region;

    public string? Endpoint => Volatile.Read(ref _endpoint);

    /// <summary>Whether a link is there.</summary>
    public bool IsLinked => Volatile.Read(ref _link) is not null;

    public void Admit(VoiceGrant grant)
    {
        lock (_gate)
        {
            _grants[grant.Token] = grant;
            _link?.Send(new LinkAdmit(grant));
        }
    }

    public void Change(string token, VoiceRights rights)
    {
        lock (_gate)
        {
            if (!_grants.TryGetValue(token, out var grant))
                return;
            _grants[token] = grant with { Rights = rights };
            _link?.Send(new LinkChange(token, rights));
        }
    }

    public void Revoke(string token, int? code)
    {
        lock (_gate)
        {
            if (_grants.Remove(token))
                _link?.Send(new LinkRevoke(token, code));
        }
    }

    /// <summary>Whether a grant is this server's: what a carrier reports of others' is not believed.</summary>
    public bool Has(string token)
    {
        lock (_gate)
            return _grants.ContainsKey(token);
    }

    /// <summary>Takes a link into use, in place of an older one, and tells the carrier all that holds. One that was closed stays so.</summary>
    public void Attach(VoiceLink link, string endpoint)
    {
        lock (_gate)
        {
            _link = link;
            _endpoint = _isClosed ? null : endpoint;
            foreach (var grant in _grants.Values)
                link.Send(new LinkAdmit(grant));
            link.Send(new LinkSynced());
        }
    }

    /// <summary>A link ended.</summary>
    /// <returns>False when another has taken its place.</returns>
    public bool Detach(VoiceLink link)
    {
        lock (_gate)
        {
            if (_link != link)
                return false;
            _link = null;
            return true;
        }
    }

    /// <summary>Accepts nobody new: it drains, or its link did not come back.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            _endpoint = null;
        }
    }
}
