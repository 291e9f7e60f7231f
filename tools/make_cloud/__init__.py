# SPDX-License-Identifier: Apache-2.0
"""make-cloud: the replies of a synthetic OpenStack of any size, as a recording.

cloud      who is where, joined to what, under which id
api        the cloud as Keystone, Nova and Neutron tell it
sql        the same as rows of their databases
hosts      the same as the commands on each host show it
recording  the folder and its index
measure    bytes per object of any recording, to hold the synthetic one against a real one
"""
