import { describe, expect, it } from 'vitest';
import { Op } from '../src/voice/line';
import { answerFor, codecsOf, fragmentOf, serverSideOf } from '../src/voice/sdp';
import { FakePeer, offerOf, Scene, section, server, settled } from './scene';

describe('descriptions', () => {
  const offer = offerOf(section('audio', '0', 'sendonly'), section('video', '1', 'sendonly'), section('audio', '2', 'recvonly'), section('video', '3', 'recvonly'));

  it('names the codecs that rooms carry', () => {
    expect(codecsOf(offer).map(({ name, payload_type, rtx_payload_type }) => [name, payload_type, rtx_payload_type])).toEqual([['opus', 111, undefined], ['VP8', 96, 97], ['H264', 106, 107]]);
  });

  it('tells the server the lines that it wants, once each', () => {
    const lines = fragmentOf(offer).split('\n');
    expect(lines).toContain('a=ice-ufrag:frag');
    expect(lines).toContain('a=rtpmap:111 opus/48000/2');
    expect(lines).toContain('a=fmtp:97 apt=96');
    expect(lines.filter((line) => line.startsWith('a=fingerprint:'))).toHaveLength(1);
    expect(fragmentOf(offer)).not.toMatch(/G722|setup|102/);
  });

  it('answers each section by what it is for', () => {
    const answer = answerFor(offer, serverSideOf(server)!, new Map([['2', { userId: '7', ssrc: 40 }], ['3', { userId: '7', ssrc: 41, rtx: 42 }]]), 3);
    const sections = answer.split('m=').slice(1);
    expect(sections.map((lines) => /a=(sendonly|recvonly|inactive)/.exec(lines)![1])).toEqual(['recvonly', 'recvonly', 'sendonly', 'sendonly']);
    expect(sections[2]).toContain('a=ssrc:40 cname:7-40');
    expect(sections[3]).toContain('a=ssrc-group:FID 41 42');
    expect(sections[0]).toContain('a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level');
    expect(answer).not.toMatch(/sdes:mid|G722|transport-cc/);
    expect(answer).toContain('a=group:BUNDLE 0 1 2 3');
    expect(answer.match(/a=candidate:/g)).toHaveLength(4);
  });

  it('names first what a picture is to be sent in', () => {
    const types = (codec?: string): string[] => [...answerFor(offer, serverSideOf(server)!, new Map(), 1, codec).matchAll(/m=video .*SAVPF (.+)/g)].map(([, listed]) => listed!);
    expect(types()).toEqual(['96 97 106 107', '96 97 106 107']);
    expect(types('H264')).toEqual(['106 107 96 97', '106 107 96 97']);
  });

  it('keeps a section without a stream quiet', () => {
    expect(answerFor(offerOf(section('audio', '0', 'recvonly')), serverSideOf(server)!, new Map(), 1)).toContain('a=inactive');
  });

  it('wants a whole way to the server', () => {
    expect(serverSideOf(server.replace(/a=candidate.*/, ''))).toBeNull();
    expect(serverSideOf(server)).not.toBeNull();
  });
});

describe('a connection', () => {
  it('identifies, describes itself and says under which SSRC it will be heard', async () => {
    const scene = await Scene.connected();
    expect(scene.socket.url).toBe('wss://voice.example:443/voice?v=8');
    expect(scene.socket.sent.map(({ op }) => op).slice(0, 3)).toEqual([Op.Identify, Op.SelectProtocol, Op.Speaking]);
    expect(scene.of(Op.SelectProtocol)[0]!.d).toMatchObject({ protocol: 'webrtc' });
    expect(scene.of(Op.Speaking)[0]!.d).toMatchObject({ speaking: 0, ssrc: 100 });
    expect(scene.phases).toEqual([['connecting', undefined], ['connected', undefined]]);
  });

  it('gives somebody a section, and the next one the same section again', async () => {
    const scene = await Scene.connected();
    scene.socket.receive(Op.Speaking, { user_id: '7', ssrc: 400, speaking: 1 });
    await settled();
    expect(scene.peer.answers.at(-1)).toContain('a=ssrc:400 ');
    expect(scene.tracks).toEqual([['7', 'audio', 'audio 2']]);
    expect(scene.spoke).toEqual([['7', true]]);
    scene.socket.receive(Op.ClientDisconnect, { user_id: '7' });
    scene.socket.receive(Op.Speaking, { user_id: '8', ssrc: 404, speaking: 0 });
    await settled();
    expect(scene.peer.transceivers).toHaveLength(3);
    expect(scene.peer.answers.at(-1)).not.toContain('a=ssrc:400 ');
    expect(scene.tracks.slice(1)).toEqual([['7', 'audio', null], ['8', 'audio', 'audio 2']]);
    expect(scene.spoke).toEqual([['7', true], ['7', false]]);
  });

  it('shows pictures with their retransmissions, and takes them away', async () => {
    const scene = await Scene.connected();
    scene.socket.receive(Op.Video, { user_id: '7', audio_ssrc: 400, video_ssrc: 401, streams: [{ ssrc: 401, rtx_ssrc: 402 }] });
    await settled();
    expect(scene.peer.answers.at(-1)).toContain('a=ssrc-group:FID 401 402');
    scene.socket.receive(Op.Video, { user_id: '7', audio_ssrc: 400, video_ssrc: 0, streams: [] });
    await settled();
    expect(scene.tracks.map(([, kind, track]) => [kind, track])).toEqual([['audio', 'audio 2'], ['video', 'video 3'], ['video', null]]);
  });

  it('sends its picture in what the others play', async () => {
    const scene = await Scene.connected();
    scene.socket.receive(Op.SessionUpdate, { audio_codec: 'opus', video_codec: 'H264' });
    await settled();
    expect(scene.peer.answers.at(-1)).toContain('m=video 9 UDP/TLS/RTP/SAVPF 106 107 96 97');
  });

  it('has an end to its sections: who spoke longest ago makes room', async () => {
    const scene = await Scene.connected();
    for (let user = 1; user <= 41; user++) scene.socket.receive(Op.Speaking, { user_id: String(user), ssrc: 400 + user, speaking: 0 });
    await settled();
    expect(scene.peer.transceivers).toHaveLength(42);
    expect(scene.tracks.at(-2)).toEqual(['1', 'audio', null]);
    expect(scene.tracks.at(-1)![0]).toBe('41');
  });

  it('resumes after its socket broke, while packets flow on', async () => {
    const scene = await Scene.connected();
    scene.socket.lose(1006);
    scene.clock.advance(2000);
    scene.socket.receive(Op.Hello, { heartbeat_interval: 10_000 });
    expect(scene.of(Op.Resume)[0]!.d).toMatchObject({ token: 't', session_id: 's', seq_ack: -1 });
    expect(scene.peers).toHaveLength(1);
    expect(scene.phases.at(-1)).toEqual(['connected', undefined]);
  });

  it('says at the first failed try that the server is not reached, and goes on trying', () => {
    const scene = new Scene();
    scene.socket.lose(1006);
    expect([scene.reached, scene.phases.at(-1)]).toEqual([[false], ['connecting', undefined]]);
    scene.clock.advance(2000);
    scene.socket.receive(Op.Hello, { heartbeat_interval: 10_000 });
    expect([scene.sockets.length, scene.reached]).toEqual([2, [false, true]]);
  });

  it('is reconnecting while nobody answers at the server any more', async () => {
    const scene = await Scene.connected();
    scene.socket.lose(1006);
    expect(scene.phases.at(-1)).toEqual(['connected', undefined]);
    scene.clock.advance(2000);
    scene.socket.lose(1006);
    expect([scene.reached.at(-1), scene.phases.at(-1)]).toEqual([false, ['reconnecting', undefined]]);
    scene.clock.advance(4000);
    scene.socket.receive(Op.Hello, { heartbeat_interval: 10_000 });
    scene.socket.receive(Op.Resumed);
    expect([scene.reached.at(-1), scene.phases.at(-1)]).toEqual([true, ['connected', undefined]]);
  });

  it('does not encode a picture that nobody looks at', async () => {
    const scene = await Scene.connected();
    scene.connection.send('video', { kind: 'video' } as MediaStreamTrack, { width: 1280, height: 720, framerate: 30, bitrate: 1 });
    scene.socket.receive(Op.MediaSinkWants, { any: 0, 101: 0 });
    scene.socket.receive(Op.MediaSinkWants, { any: 100, 101: 100 });
    await settled();
    expect(scene.peer.active).toEqual([true, false, true]);
  });

  it('says nothing before the new socket knows who speaks, and then all that may have been lost', async () => {
    const scene = await Scene.connected();
    scene.socket.lose(1006);
    scene.clock.advance(2000);
    scene.connection.setSpeaking(1);
    expect(scene.socket.sent).toEqual([]);
    scene.socket.receive(Op.Hello, { heartbeat_interval: 10_000 });
    scene.connection.setSpeaking(0);
    scene.connection.setSpeaking(1);
    scene.socket.receive(Op.Resumed);
    expect(scene.socket.sent.map(({ op }) => op)).toEqual([Op.Resume, Op.Speaking, Op.Video, Op.MediaSinkWants]);
    expect(scene.of(Op.Speaking)[0]!.d).toMatchObject({ speaking: 1 });
  });

  it('makes a new way when packets stop, with the streams that there were', async () => {
    const scene = await Scene.connected();
    scene.socket.receive(Op.Speaking, { user_id: '7', ssrc: 400, speaking: 1 });
    await settled();
    scene.peer.become('failed');
    expect(scene.phases.at(-1)).toEqual(['reconnecting', undefined]);
    await settled();
    expect(scene.peers[0]!.closed).toBe(true);
    scene.socket.receive(Op.SessionDescription, { sdp: server });
    await settled();
    scene.peer.become('connected');
    expect(scene.peer.answers.at(-1)).toContain('a=ssrc:400 ');
    expect(scene.tracks.at(-1)).toEqual(['7', 'audio', 'audio 2']);
    expect(scene.phases.at(-1)).toEqual(['connected', undefined]);
  });

  it('still takes up who comes after its way broke in the middle of a description', async () => {
    const scene = await Scene.connected();
    scene.socket.receive(Op.Speaking, { user_id: '7', ssrc: 400, speaking: 1 });
    scene.peer.become('failed');
    await settled();
    scene.socket.receive(Op.SessionDescription, { sdp: server });
    await settled();
    scene.socket.receive(Op.Speaking, { user_id: '8', ssrc: 404, speaking: 1 });
    await settled();
    expect(scene.peer.answers.at(-1)).toMatch(/a=ssrc:400 [^]*a=ssrc:404 /);
  });

  it('describes a way that it made while the line was broken as soon as the line is back', async () => {
    const scene = await Scene.connected();
    scene.socket.lose(1006);
    scene.peer.become('failed');
    await settled();
    scene.clock.advance(2000);
    scene.socket.receive(Op.Hello, { heartbeat_interval: 10_000 });
    scene.socket.receive(Op.Resumed);
    expect(scene.socket.ops().slice(0, 2)).toEqual([Op.Resume, Op.SelectProtocol]);
    scene.socket.lose(1006);
    scene.clock.advance(2000);
    scene.socket.receive(Op.Hello, { heartbeat_interval: 10_000 });
    scene.socket.receive(Op.Resumed);
    expect(scene.of(Op.SelectProtocol)).toEqual([]);
  });

  it('waits some seconds for a server that does not answer, then tries anew, and at last gives up', () => {
    const scene = new Scene();
    scene.clock.advance(9_999);
    expect([scene.sockets[0]!.closedWith, scene.reached]).toEqual([undefined, []]);
    scene.clock.advance(1);
    expect([scene.sockets[0]!.closedWith, scene.reached]).toEqual([4900, [false]]);
    scene.clock.advance(90_000);
    expect([scene.sockets.length, scene.phases.at(-1)]).toEqual([5, ['closed', 'unreachable']]);
  });

  it('gives up when nothing gets through', async () => {
    const scene = new Scene();
    scene.socket.receive(Op.Hello, { heartbeat_interval: 1_000_000 });
    scene.socket.receive(Op.Ready, { ssrc: 100 });
    for (let attempt = 0; attempt < 4; attempt++) {
      await settled();
      scene.clock.advance(15_000);
    }
    expect(scene.phases.at(-1)).toEqual(['closed', 'unreachable']);
    expect(scene.socket.closedWith).toBe(1000);
  });

  for (const [code, ending] of [[4014, 'removed'], [4022, 'ended'], [4006, 'stale'], [4004, 'stale'], [4012, 'unsupported']] as const) {
    it(`ends by ${code}: ${ending}`, async () => {
      const scene = await Scene.connected();
      scene.socket.lose(code);
      expect(scene.phases.at(-1)).toEqual(['closed', ending]);
      expect(scene.peer.closed).toBe(true);
    });
  }

  it('is told of nothing after it was left', async () => {
    const scene = await Scene.connected();
    const { socket } = scene;
    scene.connection.close();
    socket.receive(Op.Speaking, { user_id: '7', ssrc: 400, speaking: 1 });
    await settled();
    expect(scene.phases.at(-1)).toEqual(['closed', 'left']);
    expect(scene.tracks).toEqual([]);
  });

  it('wants what it is told to want, and nothing when deafened', async () => {
    const scene = await Scene.connected();
    scene.socket.receive(Op.Video, { user_id: '7', audio_ssrc: 400, video_ssrc: 401, streams: [] });
    scene.connection.want('7', 80);
    scene.connection.want('7', 30);
    const before = scene.of(Op.MediaSinkWants).length;
    scene.clock.advance(100);
    expect(scene.of(Op.MediaSinkWants)).toHaveLength(before + 1);
    expect(scene.of(Op.MediaSinkWants).at(-1)!.d).toEqual({ any: 100, 401: 30 });
    scene.connection.setDeafened(true);
    expect(scene.of(Op.MediaSinkWants).at(-1)!.d).toEqual({ any: 0 });
  });

  it('says who speaks at once, but never so often that the socket would be closed', async () => {
    const scene = await Scene.connected();
    scene.connection.setSpeaking(1);
    scene.connection.setSpeaking(0);
    expect(scene.of(Op.Speaking).slice(-2).map(({ d }) => (d as { speaking: number }).speaking)).toEqual([1, 0]);
    const before = scene.socket.sent.length;
    // A key is struck every 400 ms, and each opens the microphone for 350.
    for (let struck = 0; struck < 150; struck++) {
      scene.connection.setSpeaking(1);
      scene.clock.advance(350);
      scene.socket.receive(Op.HeartbeatAck);
      scene.connection.setSpeaking(0);
      scene.clock.advance(50);
    }
    expect(scene.socket.sent.length - before).toBeLessThan(120);
    scene.clock.advance(2000);
    expect(scene.of(Op.Speaking).at(-1)!.d).toMatchObject({ speaking: 0 });
  });

  it('closes a socket that does not answer its heartbeats', async () => {
    const scene = await Scene.connected();
    scene.clock.advance(5_000);
    scene.clock.advance(10_000);
    expect(scene.sockets[0]!.closedWith).toBe(4900);
  });
});

describe('a call of two', () => {
  const says = (scene: Scene): unknown[] => scene.of(Op.Peer).map(({ d }) => (d as { type: string }).type);
  const voice = { kind: 'audio' } as MediaStreamTrack;

  /** Both would, the server says begin, and the way stands. */
  async function direct(offers = true): Promise<Scene> {
    const scene = await Scene.connected({ direct: true });
    scene.connection.send('audio', voice);
    scene.socket.receive(Op.Speaking, { user_id: '7', ssrc: 400, speaking: 1 });
    await settled();
    scene.socket.receive(Op.Peer, { type: 'start', user_id: '7', offers });
    await settled();
    scene.socket.receive(Op.Peer, { type: offers ? 'answer' : 'offer', user_id: '7', data: 'theirs' });
    await settled();
    scene.peer.become('connected');
    await settled();
    return scene;
  }

  it('goes by the server where one does not wish otherwise, whatever the other says', async () => {
    const scene = await Scene.connected();
    expect(says(scene)).toEqual([]);
    scene.socket.receive(Op.Peer, { type: 'start', user_id: '7', offers: true });
    await settled();
    expect(scene.peers).toHaveLength(1);
    expect(says(scene)).toEqual(['end']);
  });

  it('is described by one and answered by the other', async () => {
    const [one, other] = [await direct(true), await direct(false)];
    expect(says(one)).toEqual(['ready', 'offer']);
    expect(says(other)).toEqual(['ready', 'answer']);
    expect(other.peer.straight.map(({ direction }) => direction)).toEqual(['sendrecv', 'sendrecv']);
    other.peer.onicecandidate?.({ candidate: { candidate: 'here' } });
    expect(other.of(Op.Peer).at(-1)!.d).toEqual({ type: 'candidate', data: '{"candidate":"here"}' });
    one.socket.receive(Op.Peer, { type: 'candidate', user_id: '7', data: '{"candidate":"here"}' });
    await settled();
    expect(one.peer.candidates).toEqual([{ candidate: 'here' }]);
  });

  it('sends and plays past the server alone, once the way stands', async () => {
    const scene = await direct();
    const [server, peer] = scene.peers as [FakePeer, FakePeer];
    expect(server.sent.slice(-2)).toEqual([null, null]);
    expect(peer.sent.filter((track) => track === voice)).toHaveLength(1);
    expect(scene.tracks).toEqual([['7', 'audio', 'audio 2'], ['7', 'audio', peer.straight[0]!.receiver.track]]);
    scene.connection.send('audio', null);
    await settled();
    expect(peer.sent.slice(-2)).toEqual([null, null]);
  });

  for (const state of ['failed', 'disconnected']) {
    it(`goes on by the server when the way is ${state}, and says so once`, async () => {
      const scene = await direct();
      const [server, peer] = scene.peers as [FakePeer, FakePeer];
      peer.become(state);
      await settled();
      expect([says(scene).at(-1), peer.closed, scene.phases.at(-1)![0]]).toEqual(['end', true, 'connected']);
      expect(server.sent).toContain(voice);
      expect(scene.tracks.at(-1)).toEqual(['7', 'audio', 'audio 2']);
    });
  }

  it('goes on to look for its way while the one to the server is made anew', async () => {
    const scene = await Scene.connected({ direct: true });
    scene.socket.receive(Op.Peer, { type: 'start', user_id: '7', offers: true });
    await settled();
    scene.peers[0]!.become('failed');
    scene.peers[1]!.onicecandidate?.({ candidate: { candidate: 'here' } });
    expect(says(scene)).toEqual(['ready', 'offer', 'candidate']);
  });

  it('is given up when no way is found in some seconds', async () => {
    const scene = await Scene.connected({ direct: true });
    scene.socket.receive(Op.Peer, { type: 'start', user_id: '7', offers: true });
    await settled();
    scene.clock.advance(10_000);
    expect([says(scene).at(-1), scene.peer.closed]).toEqual(['end', true]);
  });

  it('ends what it does not understand', async () => {
    const scene = await direct();
    scene.socket.receive(Op.Peer, { type: 'shout', user_id: '7' });
    await settled();
    expect([says(scene).at(-1), scene.peers[1]!.closed]).toEqual(['end', true]);
  });

  it('would begin again after the other ended it, but not for ever', async () => {
    const scene = await direct();
    for (let round = 0; round < 6; round++) {
      scene.socket.receive(Op.Peer, { type: 'end', user_id: '7' });
      scene.socket.receive(Op.Peer, { type: 'start', user_id: '7', offers: false });
      await settled();
    }
    expect(says(scene).filter((type) => type === 'ready')).toHaveLength(4);
  });

  it('ends with the other, and with the wish for it', async () => {
    const [left, unwished] = [await direct(), await direct()];
    left.socket.receive(Op.ClientDisconnect, { user_id: '7' });
    expect([left.peer.closed, left.tracks.at(-1)]).toEqual([true, ['7', 'audio', null]]);
    unwished.connection.setDirect(false);
    expect([says(unwished).at(-1), unwished.peer.closed]).toEqual(['end', true]);
  });
});
